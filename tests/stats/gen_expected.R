# What R says about the statistics that the reference data sets do not ask for. Run here: Rscript gen_expected.R
# R 4.2.2, jsonlite, effectsize, boot.
suppressPackageStartupMessages({ library(jsonlite); library(effectsize); library(boot) })
root <- function(f, a, b) uniroot(f, c(a, b), tol = 1e-14, maxiter = 10000)$root
ncp <- function(t, df, p) root(function(d) pt(t, df, d) - p, t - 12 - abs(t) / 2, t + 12 + abs(t) / 2)
limits <- function(t, df, level = .95) c(ncp(t, df, (1 + level) / 2), ncp(t, df, (1 - level) / 2))
pooled <- function(x, y) sqrt(((length(x) - 1) * var(x) + (length(y) - 1) * var(y)) / (length(x) + length(y) - 2))
J <- function(m) exp(lgamma(m / 2) - log(sqrt(m / 2)) - lgamma((m - 1) / 2))

set.seed(7)
x <- round(rnorm(14, 60, 12), 3); y <- round(rnorm(9, 48, 25), 3); z <- round(rnorm(11, 55, 6), 3)
d <- round(rnorm(21, 4, 10), 4); ties <- c(0, 0, -5, 5, 5, -10, 15, 20, 20, 25, -30)
out <- list(x = x, y = y, z = z, d = d, ties = ties)

# exact and asymptotic ranks
w <- function(...) { r <- suppressWarnings(wilcox.test(...)); c(unname(r$statistic), r$p.value) }
out$wilcoxon <- list(auto = w(d), asymptotic = w(d, exact = FALSE), plain = w(d, exact = FALSE, correct = FALSE),
                     ties_auto = w(ties), ties_plain = w(ties, correct = FALSE))
out$mann_whitney <- list(auto = w(x, y), asymptotic = w(x, y, exact = FALSE),
                         plain = w(x, y, exact = FALSE, correct = FALSE), ties = w(ties, c(ties[-1], 50)))
wide <- seq(1, 49) + .5; out$mann_whitney_49 <- w(wide, wide + 9.25)

# standardised differences: exact roots of the noncentral t, and effectsize (which optimises to about 1e-4)
sp <- pooled(x, y); nx <- length(x); ny <- length(y); h <- sqrt(1 / nx + 1 / ny); dd <- (mean(x) - mean(y)) / sp
out$cohen_d <- c(dd, limits(dd / h, nx + ny - 2) * h)
out$hedges_g <- J(nx + ny - 2) * out$cohen_d
gs <- sqrt(1 / ny + var(x) / (nx * var(y))); gd <- (mean(x) - mean(y)) / sd(y)
out$glass_delta <- c(gd, limits(gd / gs, ny - 1) * gs)
dz <- mean(d) / sd(d); out$cohen_dz <- c(dz, limits(dz * sqrt(length(d)), length(d) - 1) / sqrt(length(d)))
out$cohen_dz_90 <- c(dz, limits(dz * sqrt(length(d)), length(d) - 1, .9) / sqrt(length(d)))
es <- function(r) unname(unlist(r[c(1, 3, 4)]))
out$effectsize <- list(cohen_d = es(cohens_d(x, y)), hedges_g = es(hedges_g(x, y)), glass_delta = es(glass_delta(x, y)),
                       cohen_dz = es(cohens_d(d)))

# pairs of three groups
pair <- function(a, b) { t <- t.test(a, b); df <- unname(t$parameter); se <- t$stderr; q <- qtukey(.95, 3, df) / sqrt(2)
  list(difference = mean(a) - mean(b), se = se, t = unname(t$statistic), df = df,
       p = ptukey(abs(unname(t$statistic)) * sqrt(2), 3, df, lower.tail = FALSE),
       ci = mean(a) - mean(b) + c(-1, 1) * q * se, g = (mean(a) - mean(b)) / pooled(a, b) * J(length(a) + length(b) - 2)) }
out$games_howell <- list(pair(x, y), pair(x, z), pair(y, z))
out$adjust <- lapply(setNames(nm = c("holm", "hochberg", "bonferroni", "BH")),
                     function(m) p.adjust(c(.01, .04, NA, .03, .2, .04, 1e-80), m))

# tables
tab <- matrix(c(10, 15, 1, 3, 6, 5, 8, 14, 30, 12), ncol = 2, byrow = TRUE)
out$table <- tab
out$fisher_table <- fisher.test(tab, workspace = 2e7)$p.value
ch <- suppressWarnings(chisq.test(tab)); out$chisq_table <- c(unname(ch$statistic), unname(ch$parameter), ch$p.value, min(ch$expected))
out$ucb <- lapply(1:6, function(k) unclass(t(UCBAdmissions[, , k])))   # rows: sex, columns: admitted, rejected
U <- aperm(UCBAdmissions, c(2, 1, 3))
cm <- function(...) { r <- mantelhaen.test(U, ...); c(unname(r$statistic), r$p.value, unname(r$estimate), r$conf.int) }
out$cmh <- list(corrected = cm(), plain = cm(correct = FALSE))
smokers <- c(83, 90, 129, 70); patients <- c(86, 93, 136, 82)  # the example of ?prop.trend.test (Fleiss 1981)
tr <- function(...) { r <- prop.trend.test(smokers, patients, ...); c(unname(r$statistic), r$p.value) }
out$trend <- list(default = tr(), scores = tr(c(0, 0, 0, 1)))
mc <- function(b, c) { r <- mcnemar.test(matrix(c(50, c, b, 20), 2)); c(unname(r$statistic), r$p.value, binom.test(b, b + c)$p.value) }
out$mcnemar <- list(unlike = mc(15, 4), same = mc(6, 6), far = mc(80, 1))
out$risk_ratio <- exp(log((17 / 77) / (6 / 34)) + c(0, -1, 1) * qnorm(.975) * sqrt(1 / 17 - 1 / 77 + 1 / 6 - 1 / 34))

# equivalence
out$tost <- { lo <- t.test(x, y, mu = -20, alternative = "greater"); hi <- t.test(x, y, mu = 20, alternative = "less")
  c(unname(lo$statistic), lo$p.value, unname(hi$statistic), hi$p.value, t.test(x, y, conf.level = .9)$conf.int) }

# BCa from given resamples, R's own jackknife
b <- boot(y, function(v, i) sd(v[i]) / mean(v[i]), 999)
L <- empinf(b, type = "jack"); ci <- boot.ci(b, type = "bca", L = L)$bca
out$bca <- list(replicates = signif(as.vector(b$t), 15), estimate = b$t0, acceleration = sum(L^3) / (6 * sum(L^2)^1.5), ci = ci[4:5])
m <- function(v, i) mean(v[i]); bm <- boot(y, m, 99)
Lm <- empinf(bm, type = "jack"); out$bca_mean_acceleration <- sum(Lm^3) / (6 * sum(Lm^2)^1.5)

# tails
out$tails <- list(t = c(2 * pt(-45, 110), 2 * pt(-8, 3.3)), f = pf(900, 1.7, 230.5, lower.tail = FALSE), z = 2 * pnorm(-30))
q <- qqnorm(d[1:9], plot.it = FALSE); out$qq9 <- sort(q$x); out$qq21 <- sort(qqnorm(d, plot.it = FALSE)$x)
qq <- quantile(d, c(.25, .75)); out$qqline <- c(unname(diff(qq)) / diff(qnorm(c(.25, .75))), unname(qq[1]) - unname(diff(qq)) / diff(qnorm(c(.25, .75))) * qnorm(.25))
writeLines(toJSON(out, digits = NA, na = "null", auto_unbox = TRUE, pretty = FALSE, matrix = "rowmajor"), "expected.json")
