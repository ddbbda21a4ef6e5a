# Intervals of optimism-corrected performance and a corrected decision curve, on the resamples stored in ../predictors/predictors.json.
# Run here: Rscript gen_validation.R   (R 4.2.2, jsonlite)
suppressPackageStartupMessages(library(jsonlite))
sim <- read.csv("../data/salt_sim_2_patients.csv"); rows <- fromJSON("../predictors/predictors.json")$optimism$rows + 1
auc <- function(y, s) { w <- outer(s[y == 1], s[y == 0], "-"); mean((w > 0) + (w == 0) / 2) }
tight <- glm.control(epsilon = 1e-12, maxit = 100)
perf <- function(y, lp) { p <- plogis(lp); c(auc(y, lp), mean((y - p)^2), 1 - mean((y - p)^2) / (mean(y) * (1 - mean(y))), unname(coef(glm(y ~ lp, binomial, control = tight)))) }
X <- model.matrix(~ age + female + duration + ivmp + baseline, sim); Y <- sim$salt20_w36
mod <- function(i) coef(glm(salt20_w36 ~ age + female + duration + ivmp + baseline, binomial, sim[i, ], control = tight))
at <- seq(.02, .98, .02)[1:49]
nb <- function(y, p) sapply(at, function(t) mean(p >= t & y == 1) - mean(p >= t & y == 0) * t / (1 - t))
ins <- apply(rows, 1, function(i) { lp <- drop(X %*% mod(i)); perf(Y[i], lp[i]) }); out <- apply(rows, 1, function(i) perf(Y, drop(X %*% mod(i))))
opt <- c(rowMeans((ins - out)[1:3, ]), apply((ins - out)[4:5, ], 1, median)); q <- function(v) unname(quantile(v, c(.025, .975)))
lim <- cbind(sapply(1:3, function(j) q(ins[j, ]) - opt[j]), sapply(4:5, function(j) q(out[j, ])))
gap <- rowMeans(apply(rows, 1, function(i) { lp <- drop(X %*% mod(i)); nb(Y[i], plogis(lp[i])) - nb(Y, plogis(lp)) }))
res <- list(low = lim[1, ], high = lim[2, ], at = at, benefit = nb(Y, plogis(drop(X %*% mod(seq_along(Y))))) - gap)
write(toJSON(res, digits = I(17), auto_unbox = TRUE, na = "null"), "validation.json")
