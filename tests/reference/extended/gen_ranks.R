# Ranks and ordered categories. Run here: Rscript gen_ranks.R   (R 4.2.2, MASS, ordinal, jsonlite)
suppressPackageStartupMessages({ library(jsonlite); library(MASS); library(ordinal) })
out <- list()
d <- read.csv("../data/salt_sim_1_patients.csv")
d <- d[!is.na(d$salt_w36), ]
A <- d$salt_w36[d$group == "A"]; B <- d$salt_w36[d$group == "B"]
hl <- function(x, y, exact) { w <- wilcox.test(x, y, conf.int = TRUE, exact = exact, tol.root = 1e-12)
  list(x = x, y = y, ci = unname(w$conf.int), median = median(outer(x, y, "-"))) }
set.seed(5)
x <- round(rnorm(14, 40, 20), 3); y <- round(rnorm(19, 55, 25), 3)
out$hl_exact <- hl(x, y, TRUE)
out$hl_ties <- suppressWarnings(hl(A, B, FALSE))
out$hl_large <- hl(round(rnorm(60, 50, 20), 4), round(rnorm(71, 40, 25), 4), FALSE)

# Price and Bonett's interval of a difference of medians, as in statpsych::ci.median2 (Bonett & Price 2002)
pb <- function(x) { n <- length(x); o <- sort(x); a <- max(1, round((n + 1) / 2 - sqrt(n)))
  z0 <- qnorm(1 - pbinom(a - 1, n, .5)); (o[n - a + 1] - o[a]) / (2 * z0) }
md <- function(x, y) { s <- sqrt(pb(x)^2 + pb(y)^2); e <- median(x) - median(y); c(e, s, e - qnorm(.975) * s, e + qnorm(.975) * s) }
out$median <- list(sim = md(A, B), small = md(x, y))

# Brunner-Munzel by its formula; Newcombe's method 5 by root finding
bm <- function(x, y) { m <- length(x); n <- length(y); r <- rank(c(x, y)); rx <- rank(x); ry <- rank(y)
  p <- (mean(r[1:m]) - (m + 1) / 2) / n
  v1 <- var(r[1:m] - rx); v2 <- var(r[m + 1:n] - ry); s <- v1 / (m * n^2) + v2 / (n * m^2)
  df <- (v1 / n + v2 / m)^2 / ((v1 / n)^2 / (m - 1) + (v2 / m)^2 / (n - 1))
  t <- (p - .5) / sqrt(s); h <- qt(.975, df) * sqrt(s)
  V <- function(q) q * (1 - q) / (m * n) * (1 + ((m + n) / 2 - 1) * ((1 - q) / (2 - q) + q / (1 + q)))
  g <- function(q) (p - q)^2 - qnorm(.975)^2 * V(q)
  lo <- if (p == 0) 0 else uniroot(g, c(0, p), tol = 1e-14)$root; hi <- if (p == 1) 1 else uniroot(g, c(p, 1), tol = 1e-14)$root
  c(p, lo, hi, t, df, 2 * pt(-abs(t), df), max(0, p - h), min(1, p + h)) }
out$superiority <- list(sim = bm(A, B), small = bm(x, y))

# ordered bands of SALT at week 36 with patients in all of them
d$band <- cut(d$salt_w36, c(-1, 5, 25, 45, 70, 100), labels = FALSE) - 1
polr_of <- function(f) { tight <- clm(f, data = d, control = clm.control(gradTol = 1e-12, maxIter = 200)); s <- coef(summary(tight))
  null <- clm(update(f, . ~ 1), data = d); k <- length(tight$alpha); b <- s[-(1:k), , drop = FALSE]
  nom <- tryCatch({ full <- clm(update(f, . ~ 1), nominal = as.formula(paste("~", as.character(f)[3])), data = d,
    control = clm.control(gradTol = 1e-12, maxIter = 500)); 2 * c(logLik(full) - logLik(tight)) }, error = function(e) NA)
  list(alpha = unname(tight$alpha), beta = unname(b[, 1]), se = unname(b[, 2]), p = unname(b[, 4]), loglik = c(logLik(tight)),
    chi2 = 2 * c(logLik(tight) - logLik(null)), nominal_chi2 = nom) }
d$o <- factor(d$band, ordered = TRUE); d$isA <- as.numeric(d$group == "A")
out$ordinal <- list(band = d$band, isA = d$isA, age = d$age, duration = d$duration,
  one = polr_of(o ~ isA), three = polr_of(o ~ isA + age + duration),
  polr = unname(coef(polr(o ~ isA + age + duration, data = d, Hess = TRUE))),
  cuts = lapply(1:4, function(j) unname(coef(summary(glm(I(band >= j) ~ isA, binomial, d, epsilon = 1e-14, maxit = 100)))[2, 1:2])))
write(toJSON(out, digits = I(17), auto_unbox = TRUE, na = "null"), "ranks.json")
