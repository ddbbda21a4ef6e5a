# Missing outcomes. Run here: Rscript gen_missing.R   (R 4.2.2, mice, jsonlite; some minutes)
suppressPackageStartupMessages({ library(jsonlite); library(mice) })
out <- list()
d <- read.csv("../data/salt_sim_1.csv")
w <- reshape(d[, c("subject", "group", "time", "value")], idvar = c("subject", "group"), timevar = "time", direction = "wide")
V <- as.matrix(w[, 3:8]); A <- w$group == "A"

# multiple imputation within group, chained normal regressions; two seeds, so that R's own spread is seen
M <- 60
one <- function(seed) { im <- lapply(c("A", "B"), function(g) mice(w[w$group == g, 3:8], m = M, maxit = 15, method = "norm", seed = seed, printFlag = FALSE, ridge = 1e-8))
  a <- lapply(1:M, function(k) as.matrix(complete(im[[1]], k))); b <- lapply(1:M, function(k) as.matrix(complete(im[[2]], k)))
  means <- function(x, t) sapply(x, function(v) mean(v[, t])); vars <- function(x, t) sapply(x, function(v) var(v[, t]) / nrow(v))
  ch <- function(x) sapply(x, function(v) mean(v[, 6] - v[, 1])); vch <- function(x) sapply(x, function(v) var(v[, 6] - v[, 1]) / nrow(v))
  sc <- function(q, u, n) { p <- pool.scalar(q, u, n = n, k = 1); c(p$qbar, sqrt(p$t), p$b) }
  k <- function(x) sapply(x, function(v) mean(v[, 6] <= 20))
  list(meanA = sapply(1:6, function(t) sc(means(a, t), vars(a, t), sum(A))), meanB = sapply(1:6, function(t) sc(means(b, t), vars(b, t), sum(!A))),
    diff = sc(ch(a) - ch(b), vch(a) + vch(b), nrow(w) - 1), rateA = c(mean(k(a)), var(k(a))), rateB = c(mean(k(b)), var(k(b)))) }
out$mice <- list(m = M, seeds = lapply(1:2, one))

# pooling counts: Lott and Reiter's Wilson interval; Agresti and Caffo's variance with Barnard and Rubin's df
k1 <- c(21, 24, 22, 25, 20, 23, 22, 26, 24, 21); n1 <- 75; k2 <- c(28, 27, 30, 29, 28, 31, 27, 28, 30, 29); n2 <- 42
lr <- function(k, n) { q <- k / n; m <- length(k); Q <- mean(q); B <- var(q); U <- mean(q * (1 - q) / (n - 1)); r <- (1 + 1 / m) * B / U
  t <- qt(.975, (m - 1) * (1 + 1 / r)^2); f <- function(p) (Q - p)^2 - t^2 * (1 + r) * p * (1 - p) / n
  c(Q, uniroot(f, c(0, Q), tol = 1e-15)$root, uniroot(f, c(Q, 1), tol = 1e-15)$root) }
ac <- function(k, n) { p <- (k + 1) / (n + 2); p * (1 - p) / (n + 2) }
s <- pool.scalar(k1 / n1 - k2 / n2, ac(k1, n1) + ac(k2, n2), n = n1 + n2 - 1, k = 1)
h <- qt(.975, s$df) * sqrt(s$t)
out$rates <- list(k1 = k1, n1 = n1, k2 = k2, n2 = n2, one = lr(k1, n1), diff = c(s$qbar, sqrt(s$t), s$df, s$qbar - h, s$qbar + h, 2 * pt(-abs(s$qbar) / sqrt(s$t), s$df)))

# weights for dropout; standard errors by stacked estimating equations with numerical derivatives
last <- apply(V, 1, function(v) max(which(!is.na(v)))); F <- V
for (j in 2:6) F[is.na(F[, j]), j] <- F[is.na(F[, j]), j - 1]
P <- do.call(rbind, lapply(2:6, function(j) { r <- which(last >= j - 1); data.frame(id = r, visit = factor(j, levels = 2:6), stay = as.numeric(last[r] >= j), before = F[r, j - 1], A = as.numeric(A[r])) }))
keep <- sapply(split(P$stay, P$visit), function(s) any(s == 0)); P <- droplevels(P[P$visit %in% names(keep)[keep], ])
m <- glm(stay ~ 0 + visit + before + A, binomial, P, epsilon = 1e-15, maxit = 100); X <- model.matrix(m); al <- coef(m)
pr <- function(al) { h <- plogis(drop(X %*% al)); o <- rep(1, nrow(w)); q <- tapply(log(h), P$id, sum); o[as.integer(names(q))] <- exp(q); o }
seen <- !is.na(V[, 6]); y <- ifelse(seen, V[, 6], 0); wt <- ifelse(seen, 1 / pr(al), 0)
muA <- sum(wt * A * y) / sum(wt * A); muB <- sum(wt * (!A) * y) / sum(wt * (!A))
eq <- function(th) { al <- th[seq_along(al)]; wt <- ifelse(seen, 1 / pr(al), 0); h <- plogis(drop(X %*% al))
  S <- matrix(0, nrow(w), length(al)); for (c in seq_along(al)) { q <- tapply(X[, c] * (P$stay - h), P$id, sum); S[as.integer(names(q)), c] <- q }
  cbind(S, wt * A * (y - th[length(th) - 1]), wt * (!A) * (y - th[length(th)])) }
th <- c(al, muA, muB); J <- sapply(seq_along(th), function(j) { e <- 1e-5 * max(1, abs(th[j])); up <- dn <- th; up[j] <- up[j] + e; dn[j] <- dn[j] - e; colSums(eq(up) - eq(dn)) / (2 * e) })
S <- solve(J); C <- S %*% crossprod(eq(th)) %*% t(S); q <- length(th)
out$ipw <- list(weights = unname(wt), muA = c(muA, sqrt(C[q - 1, q - 1])), muB = c(muB, sqrt(C[q, q])), diff = c(muA - muB, sqrt(C[q - 1, q - 1] + C[q, q] - 2 * C[q - 1, q])))
write(toJSON(out, digits = I(17), auto_unbox = TRUE, na = "null", matrix = "columnmajor"), "missing.json")
