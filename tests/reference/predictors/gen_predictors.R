# R's answers for the statistics of the predictors page. Run here: Rscript gen_predictors.R
# R 4.2.2 with jsonlite, Hmisc, maxstat, glmnet, mice (mitml), car, pROC, brglm2 (Debian 12: r-cran-*).
suppressPackageStartupMessages({ library(jsonlite); library(mice); library(glmnet); library(maxstat) })
endo <- read.csv("../data/endometrial.csv"); sim <- read.csv("../data/salt_sim_2_patients.csv")
toh <- read.csv("tohoku_2025_before.csv")  # the sample as it was; its answers stay those of this file
out <- list()

# --- restricted cubic spline: Hmisc's basis at Harrell's quantiles
kn <- list(k3 = quantile(sim$age, c(.1, .5, .9)), k4 = quantile(sim$age, c(.05, .35, .65, .95)),
           k5 = quantile(sim$age, c(.05, .275, .5, .725, .95)))
out$spline <- lapply(kn, function(k) list(knots = unname(k),
  basis = unname(unclass(Hmisc::rcspline.eval(sim$age[1:12], knots = k, norm = 2, inclx = TRUE))[, , drop = FALSE])))

# --- maximally selected statistics
ms <- function(y, x, ...) maxstat.test(y ~ x, data = data.frame(y = y, x = x), smethod = "Data", ...)
binary <- ms(endo$HG, endo$PI, pmethod = "Lau92"); set.seed(1)
numeric <- ms(endo$EH, endo$PI, pmethod = "condMC", B = 999999)
out$maxstat <- list(
  binary = list(statistic = unname(binary$statistic), cut = unname(binary$estimate), cuts = binary$cuts, stats = binary$stats,
                lau92 = binary$p.value),
  numeric = list(statistic = unname(numeric$statistic), cut = unname(numeric$estimate), p = numeric$p.value))
# all 924 ways to place 6 events on 12 patients with ties in x, counted one by one
x <- c(1, 2, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9); y <- c(1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0)
best <- function(y) { cuts <- unique(x)[cumsum(table(x)) >= 1 & cumsum(table(x)) <= 10]
  max(sapply(cuts, function(k) { m <- sum(x <= k); abs(sum(y[x <= k]) - m * mean(y)) / sqrt(m * (12 - m) / 12 * var(y)) })) }
all <- combn(12, 6, function(i) { z <- rep(0, 12); z[i] <- 1; best(z) })
out$maxstat$exact <- list(x = x, y = y, p = mean(all >= best(y) - 1e-9))

# --- ridge and lasso: glmnet's coefficients and cross-validation in given folds
px <- as.matrix(sim[, c("baseline", "age", "female", "duration", "ivmp", "ophiasis")]); fold <- rep(1:10, length.out = nrow(sim))
out$glmnet <- list()
for (kind in c("lasso", "ridge")) { a <- as.numeric(kind == "lasso"); lam <- if (a) c(.1, .03, .01, .003) else c(1, .1, .01, .001)
  g <- glmnet(px, sim$salt20_w36, family = "binomial", alpha = a, lambda = lam, thresh = 1e-15, maxit = 1e7)
  cv <- cv.glmnet(px, sim$salt20_w36, family = "binomial", alpha = a, lambda = lam, foldid = fold, thresh = 1e-15, maxit = 1e7)
  # glmnet standardises a numeric outcome too, which for ridge rescales lambda by its SD (n below the line)
  sdy <- sqrt(mean((sim$impr_w36 - mean(sim$impr_w36))^2)); lin <- if (a) c(5, 1, .1) else c(50, 5, .1)
  n <- glmnet(px, sim$impr_w36, alpha = a, lambda = lin, thresh = 1e-18, maxit = 1e7)
  out$glmnet[[kind]] <- list(lambda = lam, coef = unname(t(as.matrix(coef(g)))), cv_mean = unname(cv$cvm), cv_se = unname(cv$cvsd),
    lambda_min = cv$lambda.min, lambda_1se = cv$lambda.1se, numeric_lambda = if (a) lin else lin / sdy,
    numeric_coef = unname(t(as.matrix(coef(n))))) }

# --- Rubin's rules: mice's own pooling of five imputations of nhanes2
imp <- mice(nhanes2, m = 5, seed = 1, print = FALSE); f1 <- with(imp, lm(chl ~ age + bmi)); f0 <- with(imp, lm(chl ~ bmi))
q <- t(sapply(f1$analyses, coef)); u <- lapply(f1$analyses, vcov); s <- summary(pool(f1), conf.int = TRUE)
d1 <- D1(f1, f0)$result # mitml's F; its degrees of freedom are Reiter's, those of Li, Raghunathan and Rubin are written out
riv <- unname(d1[1, "RIV"]); tt <- 2 * 4; nu <- 4 + (tt - 4) * (1 + (1 - 2 / tt) / riv)^2
out$pool <- list(estimates = unname(q), vcov = lapply(u, unname), df_complete = 21, estimate = s$estimate, se = s$std.error,
  df = s$df, t = s$statistic, p = s$p.value, low = s[["2.5 %"]], high = s[["97.5 %"]], fmi = pool(f1)$pooled$fmi,
  large = { z <- pool.scalar(q[, 4], sapply(u, function(v) v[4, 4]), n = Inf); list(df = z$df, fmi = z$fmi) },
  d1 = list(terms = c(2, 3), f = unname(d1[1, 1]), df2 = nu, p = pf(d1[1, 1], 2, nu, lower.tail = FALSE)))

# --- adjusted probabilities and differences: predictions averaged by hand, gradients by central differences
g <- glm(salt20_w36 ~ age + female + duration + ivmp + baseline, binomial, sim, control = glm.control(epsilon = 1e-14))
avg <- function(b, d) mean(plogis(model.matrix(delete.response(terms(g)), d) %*% b))
jac <- function(f, b) sapply(seq_along(b), function(j) { h <- 1e-6 * max(1, abs(b[j])); e <- replace(0 * b, j, h); (f(b + e) - f(b - e)) / (2 * h) })
yes <- transform(sim, female = 1); no <- transform(sim, female = 0); b <- coef(g); V <- vcov(g)
one <- function(f) { j <- jac(f, b); c(f(b), sqrt(drop(t(j) %*% V %*% j))) }
o <- one(function(b) avg(b, yes)); d <- one(function(b) avg(b, yes) - avg(b, no))
li <- lm(impr_w36 ~ age + female + duration + ivmp + baseline, sim)
out$marginal <- list(coef = unname(b), vcov = unname(V), probability = o,
  probability_ci = plogis(qlogis(o[1]) + c(-1, 1) * qnorm(.975) * o[2] / (o[1] * (1 - o[1]))),
  difference = d, difference_ci = d[1] + c(-1, 1) * qnorm(.975) * d[2], difference_p = 2 * pnorm(-abs(d[1] / d[2])),
  linear = list(coef = unname(coef(li)), vcov = unname(vcov(li)), df = li$df.residual, estimate = unname(coef(li)[3]),
                ci = unname(confint(li)[3, ]), p = coef(summary(li))[3, 4]),
  flic = unname(coef(glm(salt20_w36 ~ offset(drop(model.matrix(g)[, -1] %*% (.8 * b[-1]))), binomial, sim,
                         control = glm.control(epsilon = 1e-14)))))

# --- stepwise: R's step, by AIC and by p < 0.05
full <- glm(salt20_w36 ~ age + female + duration + ivmp + ophiasis + baseline, binomial, sim)
terms_of <- function(m) attr(terms(m), "term.labels"); st <- function(k) step(full, direction = "backward", k = k, trace = 0)
out$step <- list(terms = terms_of(full), aic = terms_of(st(2)), p = terms_of(st(qchisq(.95, 1))), aic_value = AIC(st(2)),
                 full_aic = AIC(full))

# --- optimism: Harrell's bootstrap written out, on resamples that are part of the answer
set.seed(3); B <- 25; n <- nrow(sim); rows <- t(replicate(B, sample(n, n, TRUE)))
auc <- function(y, s) { w <- outer(s[y == 1], s[y == 0], "-"); mean((w > 0) + (w == 0) / 2) }
perf <- function(y, lp) { p <- plogis(lp); r <- coef(glm(y ~ lp, binomial, control = glm.control(epsilon = 1e-12)))
  c(auc(y, lp), mean((y - p)^2), 1 - mean((y - p)^2) / (mean(y) * (1 - mean(y))), unname(r)) }
mod <- function(i) coef(glm(salt20_w36 ~ age + female + duration + ivmp + baseline, binomial, sim[i, ], control = glm.control(epsilon = 1e-12)))
X <- model.matrix(~ age + female + duration + ivmp + baseline, sim); Y <- sim$salt20_w36
gap <- apply(rows, 1, function(i) { lp <- drop(X %*% mod(i)); perf(Y[i], lp[i]) - perf(Y, lp) })
app <- perf(Y, drop(X %*% mod(1:n)))
opt <- c(rowMeans(gap[1:3, ]), apply(gap[4:5, ], 1, median)) # calibration: the median, see aadash.stats.validation
out$optimism <- list(rows = rows - 1, apparent = app, optimism = opt, corrected = app - opt)
p0 <- plogis(drop(X %*% mod(1:n))); lo <- lowess(p0, Y, iter = 0); at <- seq(.1, .9, .1)
out$calibration <- list(p = p0, y = Y, at = at, smooth = approx(lo, xout = at, ties = mean)$y)

# --- the Tohoku sample: the models of the page
toh <- transform(toh, y = as.integer(salt_w39 <= 20), impr = 100 * (salt_w0 - salt_w39) / salt_w0, age10 = age / 10,
  sex = factor(sex, c("male", "female")), aa = factor(aa_subtype, c("patchy", "diffuse", "ophiasis", "totalis", "universalis")),
  short = factor(ifelse(disease_duration_years <= 4, "<=", ">"), c(">", "<=")), low = factor(ifelse(salt_w0 <= 95, "<=", ">"), c(">", "<=")),
  ad = atopic_dermatitis, ivmp = ivmp_history, base10 = salt_w0 / 10)
firth <- function(X, y, level = .95, limits = TRUE) { # logistf's definition: profile penalised likelihood
  pll <- function(b) { e <- drop(X %*% b); W <- plogis(e) * plogis(-e); I <- crossprod(X * sqrt(W))
    sum(ifelse(y == 1, plogis(e, log.p = TRUE), plogis(-e, log.p = TRUE))) + .5 * as.numeric(determinant(I)$modulus) }
  fitc <- function(b, fix = integer(0)) { free <- setdiff(seq_along(b), fix); if (!length(free)) return(list(b = b, ll = pll(b)))
    for (it in 1:1000) { e <- drop(X %*% b); p <- plogis(e); W <- p * (1 - p); XW <- X * sqrt(W); I <- crossprod(XW)
      h <- rowSums((XW %*% solve(I)) * XW); U <- drop(crossprod(X, y - p + h * (.5 - p))); s <- rep(0, length(b))
      s[free] <- solve(I[free, free, drop = FALSE], U[free]); m <- max(abs(s)); if (m > 5) s <- s * 5 / m; k <- 1; l <- pll(b)
      while (pll(b + k * s) < l - 1e-13 && k > 1e-7) k <- k / 2; b <- b + k * s; if (max(abs(k * s)) < 1e-12) break }
    list(b = b, ll = pll(b)) }
  f <- fitc(rep(0, ncol(X))); drop_ <- function(j) { b <- f$b; b[j] <- 0; 2 * (f$ll - fitc(b, j)$ll) }
  e <- drop(X %*% f$b); V <- solve(crossprod(X * sqrt(plogis(e) * plogis(-e)))); crit <- qchisq(level, 1) / 2
  lim <- if (limits && ncol(X) > 1) t(sapply(2:ncol(X), function(j) sapply(c(-1, 1), function(s) { at <- function(v) { b <- f$b; b[j] <- v; fitc(b, j)$ll - f$ll + crit }
    to <- f$b[j] + s * 2 * sqrt(V[j, j]); while (at(to) > 0) to <- to + s * sqrt(V[j, j]); uniroot(at, sort(c(f$b[j], to)), tol = 1e-11)$root })))
  list(names = colnames(X), coef = unname(f$b), vcov = unname(V), limits = unname(lim), loglik = f$ll,
       p = if (ncol(X) > 1) sapply(2:ncol(X), function(j) pchisq(drop_(j), 1, lower.tail = FALSE)), drop = drop_) }
form <- ~ aa + sex + age10 + short + ad + ivmp + eyebrow_clinro + eyelash_clinro + low
X <- model.matrix(form, toh); f <- firth(X, toh$y); asg <- attr(X, "assign")
br <- glm(update(form, y ~ .), binomial, toh, method = brglm2::brglmFit, type = "AS_mean", epsilon = 1e-12, maxit = 1000)
uni <- function(v) { M <- model.matrix(reformulate(v), toh); r <- firth(M, toh$y); list(coef = r$coef[-1], limits = r$limits, p = r$p) }
vars <- attr(terms(form), "term.labels")
ml <- glm(y ~ sex + age10 + short + ad + ivmp, binomial, toh, control = glm.control(epsilon = 1e-14, maxit = 50)); dr <- drop1(ml, test = "LRT")
lin <- lm(update(form, impr ~ .), toh); salt <- lm(salt_w39 ~ aa + sex + age10 + short + ad + ivmp + eyebrow_clinro + eyelash_clinro + base10, toh)
a2 <- car::Anova(lin, type = 2); r <- function(x) { z <- suppressMessages(pROC::roc(toh$y, x)); c(as.numeric(pROC::auc(z)), as.numeric(pROC::ci.auc(z))[c(1, 3)]) }
yo <- function(x) { z <- suppressMessages(pROC::roc(toh$y, x)); unname(as.matrix(pROC::coords(z, "best", best.method = "youden",
  ret = c("threshold", "sensitivity", "specificity"), transpose = FALSE))) }
out$tohoku <- list(names = f$names, coef = f$coef, se = sqrt(diag(f$vcov)), limits = f$limits, p = f$p, brglm2 = unname(coef(br)),
  terms = setNames(lapply(seq_along(vars), function(k) pchisq(f$drop(which(asg == k)), sum(asg == k), lower.tail = FALSE)), vars),
  uni = setNames(lapply(vars, uni), vars),
  ml = list(coef = unname(coef(ml)), limits = unname(suppressMessages(confint(ml))), lrt_p = dr[["Pr(>Chi)"]][-1]),
  linear = list(coef = unname(coef(lin)), ci = unname(confint(lin)), p = unname(coef(summary(lin))[, 4]), type2_p = a2[["Pr(>F)"]][seq_along(vars)]),
  salt = list(coef = unname(coef(salt)), p = unname(coef(summary(salt))[, 4])), gvif = unname(car::vif(lin)[, 1]),
  roc_duration = r(toh$disease_duration_years), roc_baseline = r(toh$salt_w0),
  youden_duration = yo(toh$disease_duration_years), youden_baseline = yo(toh$salt_w0))

# --- the Tohoku sample: plain numbers, checks, cuts, choice, patterns
flic <- unname(coef(glm(toh$y ~ offset(drop(X[, -1] %*% f$coef[-1])), family = binomial, control = glm.control(epsilon = 1e-14)))[1])
bf <- c(flic, f$coef[-1]); at <- function(name, v) { M <- X; M[, name] <- v; M }
eff <- function(g) { j <- jac(g, bf); c(g(bf), sqrt(drop(t(j) %*% f$vcov %*% j))) }
fe <- eff(function(b) mean(plogis(at("sexfemale", 1) %*% b))); df_ <- eff(function(b) mean(plogis(at("sexfemale", 1) %*% b)) - mean(plogis(at("sexfemale", 0) %*% b)))
ag <- eff(function(b) { M <- X; M[, "age10"] <- M[, "age10"] + 1; mean(plogis(M %*% b)) - mean(plogis(X %*% b)) })
one <- X[1, ]; one[] <- 0; one[c("(Intercept)", "sexfemale", "age10", "short<=", "eyebrow_clinro", "eyelash_clinro", "low<=")] <- c(1, 1, 3.5, 1, 1, 2, 1)
pr <- drop(one %*% bf); ps <- sqrt(drop(t(one) %*% f$vcov %*% one)); z <- qnorm(.975)
out$effects <- list(female = c(fe[1], plogis(qlogis(fe[1]) + c(-1, 1) * z * fe[2] / (fe[1] * (1 - fe[1])))), difference = c(df_[1], df_[1] + c(-1, 1) * z * df_[2]),
  age = c(ag[1], ag[1] + c(-1, 1) * z * ag[2]), profile = plogis(c(pr, pr + c(-1, 1) * z * ps)),
  intercept = c(f$coef[1], flic), # each AA type: probability, its limits; difference from patchy, its limits
  types = lapply(levels(toh$aa), function(l) { set <- function(v) { M <- X; M[, 2:5] <- 0; if (v != "patchy") M[, paste0("aa", v)] <- 1; M }
    p <- eff(function(b) mean(plogis(set(l) %*% b))); d <- eff(function(b) mean(plogis(set(l) %*% b)) - mean(plogis(set("patchy") %*% b)))
    c(p[1], plogis(qlogis(p[1]) + c(-1, 1) * z * p[2] / (p[1] * (1 - p[1]))), d[1], d[1] + c(-1, 1) * z * d[2]) }))

cols <- function(M, j) { g <- firth(M, toh$y, limits = FALSE); pchisq(g$drop(j), length(j), lower.tail = FALSE) }
chi <- function(M, j) firth(M, toh$y, limits = FALSE)$drop(j)
spl <- function(x) unclass(Hmisc::rcspline.eval(x, knots = quantile(x, c(.1, .5, .9)), norm = 2, inclx = TRUE))
Xa <- cbind(X, spl(toh$age10)[, 2]); Xd <- X[, colnames(X) != "short<="]; d <- toh$disease_duration_years
lone <- lapply(1:70, function(i) { g <- firth(X[-i, ], toh$y[-i], limits = FALSE); list(p = g$p) })
lm_p <- t(sapply(1:70, function(i) coef(summary(lm(update(form, impr ~ .), toh[-i, ])))[, 4]))
out$checks <- list(age_curved_p = cols(Xa, ncol(Xa)), without_p = t(sapply(lone, `[[`, "p")), linear_without_p = unname(lm_p),
  linear_age_curved_p = anova(lin, update(lin, . ~ . + spl(toh$age10)[, 2]))[2, 6])
out$cuts <- list(number = chi(cbind(Xd, d), 13), spline = chi(cbind(Xd, spl(d)), 13:14), cut = chi(cbind(Xd, d <= 4), 13),
  or4 = { g <- firth(cbind(1, d <= 4), toh$y, limits = FALSE); c(exp(g$coef[2]), exp(g$coef[2] + c(-1, 1) * z * sqrt(sum(1 / (table(d <= 4, toh$y) + .5))))) },
  linear = { l0 <- lm(update(form, impr ~ . - short), toh); n <- 70; rss <- function(m) sum(resid(m)^2)
    sapply(list(d, spl(d), as.numeric(d <= 4)), function(v) n * log(rss(l0) / sum(lm.fit(cbind(model.matrix(l0), v), toh$impr)$residuals^2))) })
bw <- function(cost) { keep <- vars # logistf::backward: penalised likelihood ratio within the model at hand
  while (length(keep)) { M <- model.matrix(reformulate(keep), toh); own <- attr(M, "assign"); g <- firth(M, toh$y, limits = FALSE)
    gain <- sapply(seq_along(keep), function(k) cost(sum(own == k)) - g$drop(which(own == k))); if (max(gain) <= 0) break
    keep <- keep[-which.max(gain)] }; keep }
out$choice <- list(aic = bw(function(k) 2 * k), p = bw(function(k) qchisq(.95, k)),
  linear_aic = attr(terms(step(lin, direction = "backward", trace = 0)), "term.labels"))

w <- c(13, 26, 39); cov <- ~ sex + age10 + short + ad + ivmp + eyebrow_clinro + eyelash_clinro + base10
toh$base10 <- toh$salt_w0 / 10; Cc <- scale(model.matrix(cov, toh)[, -1], scale = FALSE)
em <- lapply(w, function(k) { improvement <- 100 * (toh$salt_w0 - toh[[paste0("salt_w", k)]]) / toh$salt_w0; m <- lm(improvement ~ 0 + aa + Cc, toh); cbind(coef(m), confint(m))[1:5, ] })
li2 <- lm(impr ~ aa * sex + age10 + short + ad + ivmp + eyebrow_clinro + eyelash_clinro + base10, toh); li1 <- update(li2, . ~ . - aa:sex); an <- anova(li1, li2)
Xi <- model.matrix(~ aa * sex + age10 + short + ad + ivmp + eyebrow_clinro + eyelash_clinro + base10, toh)
out$patterns <- list(means = lapply(em, unname), f = an[2, 5], df = c(an[2, 3], an[2, 1]), p = an[2, 6], endpoint_chi2 = chi(Xi, grep(":", colnames(Xi))))
write(toJSON(out, digits = I(15), auto_unbox = TRUE, na = "null"), "predictors.json")
