# What R says about the models beyond tests/reference. Run here: Rscript gen_models_expected.R
suppressPackageStartupMessages({library(jsonlite); library(nlme); library(survival); library(lmerTest); library(pROC)})
options(contrasts = c("contr.treatment", "contr.poly"), digits = 17)
U <- "../reference/unseen"; D <- "../reference/data"
out <- list()

# Design matrices
set.seed(3)
d <- data.frame(y = 1:12, a = rep(c("x", "y", "z"), 4), b = rep(c("p", "q"), each = 6), u = round(rnorm(12), 3),
                v = round(rnorm(12), 3), k = rep(c(TRUE, FALSE), 6))
formulas <- c("y ~ a*b", "y ~ a + a:u", "y ~ u*v + a", "y ~ u:v", "y ~ b + a:b + u", "y ~ k*u + a", "y ~ a*u*b", "y ~ a:u + b",
              "y ~ a + a:b:u", "y ~ 1", "y ~ u:a:b", "y ~ v:u + u + a*u")
out$design <- list(frame = d, cases = lapply(formulas, function(f) { X <- model.matrix(as.formula(f), d)
  list(formula = f, names = I(colnames(X)), x = unname(X), assign = I(attr(X, "assign"))) }))

# Influence, heteroscedasticity
f <- read.csv(file.path(U, "factors.csv")); fit <- lm(score ~ age + subtype, f); e2 <- resid(fit)^2
out$influence <- list(leverage = unname(hatvalues(fit)), standardised = unname(rstandard(fit)), studentised = unname(rstudent(fit)),
  cooks_distance = unname(cooks.distance(fit)), dffits = unname(dffits(fit)), dfbetas = unname(dfbetas(fit)),
  breusch_pagan = nrow(f) * summary(lm(e2 ~ age + subtype, f))$r.squared)

# Restricted mean time
l <- read.csv(file.path(D, "lung.csv"))
out$rmean <- lapply(c(100.5, 365, 1022), function(tau) { s <- summary(survfit(Surv(time, event) ~ 1, l), rmean = tau)$table
  list(tau = tau, mean = s[["rmean"]], se = s[["se(rmean)"]]) })

# Every cut-off of a predictor with ties
out$roc <- lapply(c("<", ">"), function(dir) { r <- roc(f$responder, f$decade, direction = dir)
  list(direction = dir, threshold = r$thresholds[is.finite(r$thresholds)], sensitivity = r$sensitivities, specificity = r$specificities) })

# gls with other structures and with a covariate; Kenward-Roger for a random intercept
g <- read.csv(file.path(U, "dropout.csv"), stringsAsFactors = FALSE); g$subject <- as.character(g$subject)
lv <- c("dose 4", "dose 2", "placebo"); g$group <- factor(g$group, lv); g$ti <- match(g$time, c(0, 12, 24)); g$time <- factor(g$time)
g$age <- 30 + (as.integer(substr(g$subject, 2, 3)) * 7) %% 11; g <- g[!is.na(g$value), ]
ctl <- glsControl(maxIter = 500, msMaxIter = 2000, tolerance = 1e-10, msTol = 1e-12, opt = "nlminb")
show <- function(m) { s <- summary(m)$tTable; list(names = rownames(s), coef = unname(s[, 1]), se = unname(s[, 2]), loglik = as.numeric(logLik(m))) }
out$gls <- list(
  cs = show(gls(value ~ group * time, g, corCompSymm(form = ~ 1 | subject), method = "REML", control = ctl)),
  ar1h = show(gls(value ~ group * time, g, corAR1(form = ~ ti | subject), varIdent(form = ~ 1 | time), method = "REML", control = ctl)),
  covariate = show(gls(value ~ group * time + age * time, g, corSymm(form = ~ ti | subject), varIdent(form = ~ 1 | time), method = "REML", control = ctl)))
m <- lmerTest::lmer(value ~ group * time + (1 | subject), g, control = lmerControl(optCtrl = list(ftol_abs = 1e-14, xtol_abs = 1e-12)))
s <- coef(summary(m, ddf = "Kenward-Roger")); out$lmer_kr <- list(se = unname(s[, 2]), df = unname(s[, 3]), p = unname(s[, 5]))

# Forsythe, Malcolm and Moler's spline
x <- c(0, .4, 1, 1.7, 2, 3.1); y <- c(-2, -1.1, .3, 1, 1.2, 2.9); at <- seq(0, 3.1, length.out = 18)
out$spline <- list(x = x, y = y, at = at, value = spline(x, y, n = 18)$y)

writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null", pretty = FALSE, matrix = "rowmajor"), "models_expected.json")
