# Adjusted comparison, propensity weights, decision curve, agreement. Run here: Rscript gen_adjusted.R   (R 4.2.2, emmeans, nlme, survey, psych, jsonlite)
suppressPackageStartupMessages({ library(jsonlite); library(emmeans); library(nlme); library(survey); library(psych) })
out <- list()
d <- read.csv("../data/salt_sim_1_patients.csv"); d$isA <- as.numeric(d$group == "A"); d$y <- d$salt20_w36
e <- d[!is.na(d$salt_w36), ]

# ANCOVA of the change at week 36 on group, baseline, age: adjusted means and difference
e$change <- e$salt_w36 - e$baseline; e$group <- factor(e$group)
m <- lm(change ~ group + baseline + age, e); em <- emmeans(m, ~group); pr <- summary(pairs(em), infer = TRUE); sm <- summary(em)
out$ancova <- list(means = sm$emmean, se = sm$SE, low = sm$lower.CL, high = sm$upper.CL, diff = unlist(pr[1, c("estimate", "SE", "df", "lower.CL", "upper.CL", "t.ratio", "p.value")], use.names = FALSE))

# MMRM with covariates crossed with visit (their slope at every visit), polished gls; difference at the last visit
l <- read.csv("../data/salt_sim_1.csv"); l <- merge(l[l$time > 0, ], d[, c("subject", "baseline", "age")], by = "subject"); l <- l[!is.na(l$value), ]
l$t <- factor(l$time); l$visit <- as.integer(l$t); l$group <- factor(l$group); l$b <- l$baseline - mean(d$baseline[d$subject %in% l$subject]); l$a <- l$age - mean(d$age[d$subject %in% l$subject])
g <- gls(value ~ t * (group + b + a), l, correlation = corSymm(form = ~visit | subject), weights = varIdent(form = ~1 | t), method = "REML",
  control = glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 500))
eg <- emmeans(g, ~group | t, mode = "asymptotic", at = list(b = 0, a = 0)); pg <- summary(pairs(eg))
out$mmrm <- list(time = as.character(pg$t), diff = pg$estimate, se = pg$SE, loglik = c(logLik(g)))

# standardised rates: each patient as A and as B; delta method with a numerical gradient
f <- glm(y ~ isA + age + duration, binomial, e, epsilon = 1e-15, maxit = 100); X <- model.matrix(f); X1 <- X; X1[, "isA"] <- 1; X0 <- X; X0[, "isA"] <- 0
q <- function(b) c(mean(plogis(X1 %*% b)), mean(plogis(X0 %*% b)))
st <- function(h) { b <- coef(f); G <- sapply(seq_along(b), function(j) { s <- 1e-6; u <- v <- b; u[j] <- u[j] + s; v[j] <- v[j] - s; (h(u) - h(v)) / (2 * s) }); c(h(b), sqrt(drop(t(G) %*% vcov(f) %*% G))) }
rd <- st(function(b) q(b)[1] - q(b)[2]); lr <- st(function(b) log(q(b)[1] / q(b)[2]))
out$standardised <- list(y = e$y, X = unname(X), rates = q(coef(f)), rd = rd, ratio = exp(c(lr[1], lr[1] - qnorm(.975) * lr[2], lr[1] + qnorm(.975) * lr[2])), log_se = lr[2])

# propensity: "treated" is a made treatment that older patients with longer disease tend to get
set.seed(21); e$trt <- rbinom(nrow(e), 1, plogis(-1 + .03 * (e$age - 40) + .12 * e$duration))
ps <- glm(trt ~ age + duration + female, binomial, e, epsilon = 1e-15, maxit = 100); h <- fitted(ps); Z <- model.matrix(ps); t <- e$trt
wts <- list(overlap = ifelse(t == 1, 1 - h, h), everyone = ifelse(t == 1, 1 / h, 1 / (1 - h)), treated = ifelse(t == 1, 1, h / (1 - h)))
smd <- function(x, w) { v <- sqrt((var(x[t == 1]) + var(x[t == 0])) / 2); (weighted.mean(x[t == 1], w[t == 1]) - weighted.mean(x[t == 0], w[t == 0])) / v }
ans <- lapply(names(wts), function(nm) { w <- wts[[nm]]; y <- e$salt_w36
  raw <- function(al) { h <- plogis(drop(Z %*% al)); list(overlap = ifelse(t == 1, 1 - h, h), everyone = ifelse(t == 1, 1 / h, 1 / (1 - h)), treated = ifelse(t == 1, 1, h / (1 - h)))[[nm]] }
  eq <- function(th) { al <- th[1:4]; w <- raw(al); cbind(Z * (t - plogis(drop(Z %*% al))), w * t * (y - th[5]), w * (1 - t) * (y - th[6])) }
  th <- c(coef(ps), weighted.mean(y, w * t), weighted.mean(y, w * (1 - t)))
  J <- sapply(1:6, function(j) { s <- 1e-5 * max(1, abs(th[j])); u <- v <- th; u[j] <- u[j] + s; v[j] <- v[j] - s; colSums(eq(u) - eq(v)) / (2 * s) })
  S <- solve(J); C <- S %*% crossprod(eq(th)) %*% t(S)
  list(target = nm, weights = unname(w), smd = sapply(c("age", "duration", "female"), function(k) smd(e[[k]], w), USE.NAMES = FALSE),
    ess = c(sum(w[t == 1])^2 / sum(w[t == 1]^2), sum(w[t == 0])^2 / sum(w[t == 0]^2)), means = unname(th[5:6]), se = sqrt(C[5, 5] + C[6, 6] - 2 * C[5, 6]),
    survey = unname(coef(svyglm(salt_w36 ~ trt, svydesign(~1, weights = w, data = e)))[2])) })
out$propensity <- list(treated = t, X = unname(as.matrix(e[, c("age", "duration", "female")])), y = e$salt_w36, score = unname(h), smd = sapply(c("age", "duration", "female"), function(k) smd(e[[k]], rep(1, nrow(e))), USE.NAMES = FALSE), targets = ans)

# decision curve by its definition
p <- fitted(f); th <- c(.05, .1, .2, .35, .5, .65, .8)
out$decision <- list(y = e$y, p = unname(p), t = th, model = sapply(th, function(t) mean(p >= t & e$y == 1) - mean(p >= t & e$y == 0) * t / (1 - t)), all = sapply(th, function(t) mean(e$y) - (1 - mean(e$y)) * t / (1 - t)))

# two readings
set.seed(3); n <- 60; true <- pmin(100, pmax(0, round(rnorm(n, 55, 30), 1))); r1 <- pmin(100, pmax(0, round(true + rnorm(n, 0, 4), 1))); r2 <- pmin(100, pmax(0, round(true + rnorm(n, 1.5, 5), 1)))
D <- r1 - r2; s <- sd(D); z <- qnorm(.975); qn <- qt(c(.025, .975), n - 1, ncp = z * sqrt(n)); tr <- coef(summary(lm(D ~ I((r1 + r2) / 2))))
band <- function(x) cut(x, c(-1, 20.999, 49.999, 94.999, 100), labels = FALSE)
b1 <- band(r1); b2 <- band(r2)
kap <- function(W, x, y, k) { P <- table(factor(x, 1:k), factor(y, 1:k)) / length(x); r <- rowSums(P); c <- colSums(P); po <- sum(W * P); pe <- sum(W * outer(r, c)); K <- (po - pe) / (1 - pe)
  wb <- outer(drop(W %*% c), drop(t(W) %*% r), "+"); v <- (sum(P * (W - wb * (1 - K))^2) - (K - pe * (1 - K))^2) / (length(x) * (1 - pe)^2); v0 <- (sum(outer(r, c) * (W - wb)^2) - pe^2) / (length(x) * (1 - pe)^2); c(K, sqrt(v), po, pe, sqrt(v0)) }
k <- 4; G <- abs(outer(1:k, 1:k, "-")) / (k - 1)
ps_ <- cohen.kappa(cbind(b1, b2))
out$agreement <- list(r1 = r1, r2 = r2, bias = mean(D), bias_ci = unname(t.test(D)$conf.int), sd = s, loa = mean(D) + c(-1, 1) * z * s, upper = mean(D) + qn * s / sqrt(n), lower = mean(D) - rev(qn) * s / sqrt(n),
  slope = tr[2, c(1, 4)], b1 = b1, b2 = b2, quadratic = kap(1 - G^2, b1, b2, 4), linear = kap(1 - G, b1, b2, 4), none = kap(diag(k), b1, b2, 4), psych = c(ps_$weighted.kappa, ps_$kappa, sqrt(ps_$var.weighted), sqrt(ps_$var.kappa)),
  icc = { i <- ICC(cbind(r1, r2), lmer = FALSE)$results; unlist(i[2, c("ICC", "lower bound", "upper bound")], use.names = FALSE) })
# planning
pp <- power.prop.test(p1 = .35, p2 = .6, power = .8, tol = 1e-12); P <- function(n1, n2, p1, p2) { pb <- (n1 * p1 + n2 * p2) / (n1 + n2); pnorm((abs(p1 - p2) - qnorm(.975) * sqrt(pb * (1 - pb) * (1 / n1 + 1 / n2))) / sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)) }
out$planning <- list(prop_n = pp$n, prop_power = power.prop.test(n = 50, p1 = .35, p2 = .6)$power, unequal = P(75, 42, .52, .81), t_n = power.t.test(delta = .5, power = .8, strict = TRUE, tol = 1e-12)$n,
  repeated = { S <- cov(na.omit(reshape(read.csv("../data/salt_sim_1.csv")[, c(1, 3, 4)], idvar = "subject", timevar = "time", direction = "wide")[, -1])); r <- c(1, .98, .96, .93, .9, .86); I <- matrix(0, 6, 6)
    for (j in 1:6) { w <- r[j] - c(r, 0)[j + 1]; I[1:j, 1:j] <- I[1:j, 1:j] + w * solve(S[1:j, 1:j]) }; list(S = unname(S), r = r, n = 2 * solve(I)[6, 6] * (qnorm(.975) + qnorm(.8))^2 / 15^2) },
  auc_r2 = { set.seed(1); N <- 4e6; d <- sqrt(2) * qnorm(.89); y <- rbinom(N, 1, .174); x <- rnorm(N, d * y); lo <- d * x - d^2 / 2 + qlogis(.174); ll <- mean(ifelse(y == 1, plogis(lo, log.p = TRUE), plogis(-lo, log.p = TRUE))); 1 - exp(2 * (.174 * log(.174) + .826 * log(.826) - ll)) })
write(toJSON(out, digits = I(17), auto_unbox = TRUE, na = "null"), "adjusted.json")
