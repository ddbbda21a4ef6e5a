# What R says where pingouin answers. Run here: Rscript gen_pingouin_expected.R
# R 4.2.2, jsonlite, nlme (data), psych 2.x (intraclass correlation).
suppressPackageStartupMessages({ library(jsonlite); library(nlme); library(psych) })
out <- list()
wide <- function(d) matrix(d$distance[order(d$Subject, d$age)], ncol = 4, byrow = TRUE)
o <- as.data.frame(Orthodont); o$Subject <- factor(as.character(o$Subject)); o$visit <- factor(o$age)
m <- wide(o); g <- as.integer(o$Sex[order(o$Subject, o$age)][seq(1, 108, 4)]) - 1
out$y <- m; out$group <- g

t1 <- t.test(m[, 4], m[, 1], paired = TRUE, conf.level = 0.9)
out$paired <- list(t = unname(t1$statistic), df = unname(t1$parameter), p = t1$p.value, ci_low = t1$conf.int[1], ci_high = t1$conf.int[2])
w1 <- t.test(m[g == 0, 4], m[g == 1, 4])
out$welch <- list(t = unname(w1$statistic), df = unname(w1$parameter), p = w1$p.value, ci_low = w1$conf.int[1], ci_high = w1$conf.int[2])
v <- wilcox.test(m[, 2] - m[, 1], exact = FALSE, correct = TRUE)
n0 <- sum(m[, 2] != m[, 1])
out$wilcoxon <- list(w = min(v$statistic, n0 * (n0 + 1) / 2 - v$statistic), p = v$p.value)
u <- wilcox.test(m[g == 0, 4], m[g == 1, 4], exact = FALSE, correct = TRUE)
out$mann_whitney <- list(u = unname(u$statistic), p = u$p.value)
three <- rep(0:2, length.out = 27)
a <- oneway.test(m[, 4] ~ three); k <- kruskal.test(m[, 4], three)
out$three <- three
out$welch_anova <- list(f = unname(a$statistic), df1 = unname(a$parameter[1]), df2 = unname(a$parameter[2]), p = a$p.value)
out$kruskal <- list(h = unname(k$statistic), df = unname(k$parameter), p = k$p.value)
s <- shapiro.test(m[, 4]); out$shapiro <- list(w = unname(s$statistic), p = s$p.value)
cells <- matrix(c(11, 5, 7, 9, 3, 12), ncol = 2, byrow = TRUE)
x <- chisq.test(cells, correct = FALSE); out$cells <- cells
out$chi_squared <- list(chi2 = unname(x$statistic), df = unname(x$parameter), p = x$p.value)
p <- c(0.04, 0.0003, 0.2, 0.011, 0.6)
out$p <- p; out$adjust <- list(holm = p.adjust(p, "holm"), bonferroni = p.adjust(p, "bonferroni"), bh = p.adjust(p, "BH"))

# mixed ANOVA: with Error() and all visits present, aov's sequential sums of squares are type II within patients
fit <- summary(aov(distance ~ Sex * visit + Error(Subject), data = o))
b <- fit[["Error: Subject"]][[1]]; w <- fit[["Error: Within"]][[1]]
row <- function(tab, i, e) list(ss = tab[i, "Sum Sq"], df1 = tab[i, "Df"], df2 = tab[e, "Df"], f = tab[i, "F value"], p = tab[i, "Pr(>F)"])
out$mixed <- list(between = row(b, 1, 2), within = row(w, 1, 3), interaction = row(w, 2, 3))

# repeated-measures correlation by its definition: analysis of covariance with a factor for each patient, parallel slopes
set.seed(11)
y2 <- round(0.4 * m + matrix(rnorm(108), 27), 2); y2[3, 2] <- NA; y2[9, ] <- NA; y2[9, 1] <- 20; x2 <- m; x2[5, 4] <- NA
long <- data.frame(x = c(t(x2)), y = c(t(y2)), id = factor(rep(1:27, each = 4)))
long <- long[complete.cases(long), ]; long <- long[ave(long$x, long$id, FUN = length) > 1, ]; long$id <- droplevels(long$id)
f <- lm(y ~ id + x, data = long); an <- anova(f)
r <- sign(coef(f)["x"]) * sqrt(an["x", "Sum Sq"] / (an["x", "Sum Sq"] + an["Residuals", "Sum Sq"])); df <- an["Residuals", "Df"]
ci <- tanh(atanh(r) + c(-1, 1) * qnorm(0.975) / sqrt(df - 1))
out$second <- y2; out$first <- x2
out$rm_corr <- list(r = unname(r), df = df, p = an["x", "Pr(>F)"], ci_low = ci[1], ci_high = ci[2], n = nrow(long), patients = nlevels(long$id))

# two raters of the same patients
raters <- cbind(m[, 1], m[, 2] + 1)
i <- psych::ICC(raters, lmer = FALSE)$results
icc <- function(k) list(icc = i[k, "ICC"], f = i[k, "F"], df1 = i[k, "df1"], df2 = i[k, "df2"], p = i[k, "p"],
  ci_low = i[k, "lower bound"], ci_high = i[k, "upper bound"])
out$raters <- raters
out$icc <- list(one_way = icc(1), agreement = icc(2), consistency = icc(3), one_way_mean = icc(4), agreement_mean = icc(5), consistency_mean = icc(6))

# power; strict = TRUE counts both tails, as pingouin does
out$power_paired <- list(power = power.t.test(n = 30, delta = 0.5, type = "paired", strict = TRUE)$power,
  d = power.t.test(n = 30, power = 0.9, type = "paired", strict = TRUE, tol = 1e-12)$delta)
out$patients <- power.t.test(delta = 0.4, power = 0.8, strict = TRUE, tol = 1e-12)$n
two <- function(d, n1, n2, alpha) { ncp <- d / sqrt(1 / n1 + 1 / n2); df <- n1 + n2 - 2; q <- qt(alpha / 2, df, lower.tail = FALSE)
  pt(q, df, ncp, lower.tail = FALSE) + pt(-q, df, ncp) }
out$power_two <- list(power = two(0.55, 83, 34, 0.05), d = uniroot(function(d) two(d, 83, 34, 0.01) - 0.8, c(0.01, 3), tol = 1e-13)$root)
chi <- function(w, n, df) pchisq(qchisq(0.95, df), df, ncp = n * w^2, lower.tail = FALSE)
out$power_chi <- list(power = chi(0.3, 117, 2), w = uniroot(function(w) chi(w, 117, 1) - 0.8, c(0.01, 2), tol = 1e-13)$root)
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"), "pingouin_expected.json")
