# Competing events and interval-censored times. Run here: Rscript gen_times.R   (R 4.2.2, cmprsk, survival, jsonlite)
suppressPackageStartupMessages({ library(jsonlite); library(cmprsk); library(survival) })
out <- list()
one <- function(time, cause, group) {
  ci <- cuminc(time, cause, group, cencode = 0)
  all_ <- cuminc(time, cause, cencode = 0)
  at <- sort(unique(time[cause > 0])); at <- at[at < max(time)]
  take <- function(c, w) { tp <- timepoints(c, at); list(est = unname(tp$est[w, ]), var = unname(tp$var[w, ])) }
  list(time = time, cause = cause, group = as.character(group), at = at, first = take(all_, 1), second = take(all_, 2),
    test = unname(ci$Tests[1, ]), test2 = unname(ci$Tests[2, ])) }
# mgus2: progression to a plasma cell malignancy against death without it (survival; Kyle 2002)
m <- mgus2[!is.na(mgus2$sex), ]; m <- m[seq(1, nrow(m), 3), ]
tt <- with(m, ifelse(pstat == 1, ptime, futime)); cc <- with(m, ifelse(pstat == 1, 1, 2 * death))
out$mgus <- one(tt, cc, m$sex)
set.seed(11)   # visits: many ties, three groups
n <- 140; g <- sample(c("x", "y", "z"), n, TRUE); w <- c(8, 12, 16, 24, 36)
t1 <- w[1 + rbinom(n, 4, ifelse(g == "x", .3, ifelse(g == "y", .5, .6)))]; c1 <- sample(0:2, n, TRUE, c(.25, .5, .25))
out$visits <- one(t1, c1, g)

# Turnbull. survfit's iteration is repeated by hand to convergence, from its own intervals.
turnbull <- function(L, R) { # R = Inf: not seen by the last visit; mass on the innermost intervals (L, R]
  ends <- rbind(data.frame(t = L, left = TRUE), data.frame(t = R, left = FALSE)); ends <- unique(ends); ends <- ends[order(ends$t, ends$left), ]
  k <- which(ends$left[-nrow(ends)] & !ends$left[-1]); lo <- ends$t[k]; hi <- ends$t[k + 1]
  A <- outer(L, lo, "<=") & outer(R, hi, ">="); p <- rep(1 / length(lo), length(lo))
  for (i in 1:200000) { W <- t(t(A) * p); W <- W / rowSums(W); q <- colMeans(W); if (max(abs(q - p)) < 1e-15) break; p <- q }
  list(L = L, R = ifelse(is.finite(R), R, NA), lo = lo, hi = ifelse(is.finite(hi), hi, NA), p = p, loglik = sum(log(A %*% p))) }
set.seed(2); n <- 117; true <- rweibull(n, 1.4, 26); v <- c(0, 8, 12, 16, 24, 36)
seen <- matrix(runif(n * 6) > .12, n); seen[, 1] <- TRUE
L <- R <- numeric(n)
for (i in 1:n) { s <- v[seen[i, ]]; L[i] <- max(s[s < true[i]]); r <- s[s >= true[i]]; R[i] <- if (length(r)) min(r) else Inf }
out$turnbull <- turnbull(L, R)
f <- survfit(Surv(L, ifelse(is.finite(R), R, NA), type = "interval2") ~ 1)
out$turnbull$survfit <- list(time = f$time, surv = f$surv)
# visits whenever the patient came, so that innermost intervals are many and uneven
set.seed(9); n <- 80; true <- rexp(n, 1 / 20); L <- R <- numeric(n)
for (i in 1:n) { s <- c(0, sort(sample(1:48, 5))); L[i] <- max(s[s < true[i]]); r <- s[s >= true[i]]; R[i] <- if (length(r)) min(r) else Inf }
out$irregular <- turnbull(L, R)
write(toJSON(out, digits = I(17), auto_unbox = TRUE, na = "null"), "times.json")
