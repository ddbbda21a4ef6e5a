# What R says about the statistics of subgroups and of overlapping selections. Run here: Rscript gen_subgroups_expected.R
# R 4.2.2, jsonlite, metafor.
suppressPackageStartupMessages({ library(jsonlite); library(metafor) })
out <- list()

# Cochran's Q and Welch's F
y <- c(0.62, 0.45, 0.80, 0.59, 0.50, 0.25); v <- c(0.0020, 0.0226, 0.0064, 0.0110, 0.0060, 0.0469)
m <- rma(y, v, method = "EE")
out$q <- list(y = y, v = v, q = m$QE, p = m$QEp, pooled = c(m$beta), i2 = max(0, (m$QE - 5) / m$QE))
set.seed(3)
groups <- list(round(rnorm(14, -40, 20), 2), round(rnorm(5, -60, 9), 2), round(rnorm(31, -30, 30), 2))
one <- oneway.test(unlist(groups) ~ rep(1:3, lengths(groups)))
out$welch <- list(groups = groups, f = unname(one$statistic), df2 = unname(one$parameter[2]), p = one$p.value)
two <- t.test(groups[[1]], groups[[2]])
out$welch_two <- list(t = unname(two$statistic), df = unname(two$parameter), p = two$p.value)

# one rate? likelihood ratio of a logistic regression on group; Firth's penalty where a group is all or nothing
lr <- function(k, n) { g <- factor(seq_along(k)); a <- anova(glm(cbind(k, n - k) ~ g, family = binomial), test = "LRT")
  c(a$Deviance[2], a$`Pr(>Chi)`[2]) }
firth <- function(k, n) { # penalised likelihood of the group model, maximised numerically; equality under the same penalty
  X <- model.matrix(~ factor(seq_along(k)))
  pen <- function(b) { e <- X %*% b; p <- plogis(e); W <- c(n * p * (1 - p))
    sum(k * plogis(e, log.p = TRUE) + (n - k) * plogis(-e, log.p = TRUE)) + 0.5 * c(determinant(t(X) %*% (W * X))$modulus) }
  z <- rep(0, length(k) - 1)
  full <- optim(c(0, z), function(b) -pen(b), method = "BFGS", control = list(reltol = 1e-16, maxit = 5000))
  null <- optimize(function(a) -pen(c(a, z)), c(-10, 10), tol = 1e-12)
  chi2 <- 2 * (null$objective - full$value); c(chi2, pchisq(chi2, length(k) - 1, lower.tail = FALSE)) }
k <- c(20, 5, 13, 21); n <- c(25, 11, 22, 42); out$lr <- list(k = k, n = n, answer = lr(k, n))
k0 <- c(4, 5, 20, 0); n0 <- c(4, 11, 25, 6); out$firth <- list(k = k0, n = n0, answer = firth(k0, n0))

# Breslow-Day with Tarone's correction
ai <- c(11, 16, 14, 2); bi <- c(25, 4, 5, 14); ci <- c(10, 22, 7, 1); di <- c(27, 10, 12, 16)
mh <- rma.mh(ai = ai, bi = bi, ci = ci, di = di)
out$breslow_day <- list(a = ai, b = bi, c = ci, d = di, chi2 = mh$TA, p = mh$TAp, odds_ratio = exp(c(mh$beta)))

# effects with ½ or 1 added
or <- escalc("OR", ai = 4, bi = 0, ci = 20, di = 22, add = 1/2, to = "all")
plo <- escalc("PLO", xi = 4, ni = 4, add = 1/2, to = "all")
p1 <- 5 / 6; p2 <- 21 / 44; s <- sqrt(p1 * (1 - p1) / 6 + p2 * (1 - p2) / 44)
out$log_or <- c(or$yi, or$vi); out$logit <- c(plo$yi, plo$vi)
out$agresti_caffo <- c(p1 - p2, s^2, p1 - p2 - qnorm(.975) * s, p1 - p2 + qnorm(.975) * s)

# shrinkage towards a given centre
pm <- function(y, v, c) uniroot(function(t) sum((y - c)^2 / (v + t)) - length(y), c(0, 10), tol = 1e-15)$root
centre <- 0.55; t2 <- pm(y, v / 8, centre)
out$shrink <- list(v = v / 8, centre = centre, tau2 = t2, estimate = centre + t2 / (t2 + v / 8) * (y - centre))

# chance limits
sizes <- c(1, 4, 11, 30, 75, 116, 117)
out$funnel <- list(sizes = sizes, low = qhyper(.025, 73, 44, sizes) / sizes, high = qhyper(.975, 73, 44, sizes) / sizes)

# overlapping selections of 12 patients: none, all, some in both
a <- c(10, 20, 35, 40, 55, 60, 62, NA, NA, NA, NA, NA); b <- c(NA, NA, NA, NA, NA, NA, NA, 30, 12, 8, 44, 20)
w <- t.test(b[8:12], a[1:7]); out$disjoint <- list(a = a, b = b, d = unname(diff(rev(w$estimate))), df = unname(w$parameter), p = w$p.value, ci = c(w$conf.int))
a2 <- c(10, 20, 35, 40, 55, 60, 62, 5, 9, 30, 2, 50); b2 <- c(12, 18, 30, 33, 57, 41, 60, 1, 9, 12, 0, 44)
w <- t.test(b2, a2, paired = TRUE); out$same <- list(a = a2, b = b2, d = unname(w$estimate), df = unname(w$parameter), p = w$p.value, ci = c(w$conf.int))
sub <- ifelse(seq_along(a2) %in% c(1, 3, 4, 8, 9, 10, 12), a2, NA)
d <- mean(sub, na.rm = TRUE) - mean(a2); e <- ifelse(is.na(sub), 0, sub - mean(sub, na.rm = TRUE)) / sqrt(7 * 6) - (a2 - mean(a2)) / sqrt(12 * 11)
vb <- sum(e[!is.na(sub)]^2); vo <- sum(e[is.na(sub)]^2); df <- (vb + vo)^2 / (vb^2 / 6 + vo^2 / 4)
out$part <- list(a = a2, b = sub, d = d, se = sqrt(vb + vo), df = df, ci = d + c(-1, 1) * qt(.975, df) * sqrt(vb + vo))

# paired rates, square-and-add with phi (Newcombe 1998, method 8)
wil <- function(k, n) { r <- prop.test(k, n, correct = FALSE)$conf.int; c(k / n, r[1], r[2]) }
x1 <- rep(c(1, 1, 0, 0), c(12, 3, 9, 16)); x2 <- rep(c(1, 0, 1, 0), c(12, 3, 9, 16))
r1 <- wil(15, 40); r2 <- wil(21, 40); phi <- cor(x1, x2); d <- r2[1] - r1[1]
f <- function(p, q) sqrt(p^2 + q^2 - 2 * phi * p * q)
out$paired <- list(x1 = x1, x2 = x2, d = d, low = d - f(r2[1] - r2[2], r1[3] - r1[1]), high = d + f(r2[3] - r2[1], r1[1] - r1[2]))
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"), "subgroups_expected.json")
