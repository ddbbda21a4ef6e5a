# What metafor says about pooled rates. Run here: Rscript gen_evidence_expected.R
# R 4.2.2, jsonlite, metafor 3.8-1.
suppressPackageStartupMessages({ library(jsonlite); library(metafor) })
sets <- list(
  baricitinib = list(k = c(99, 76, 46, 29, 27), n = c(281, 234, 83, 70, 50)),
  alike = list(k = c(20, 41, 9), n = c(50, 100, 23)),
  two = list(k = c(99, 76), n = c(281, 234)),
  zero = list(k = c(0, 3, 12, 40), n = c(14, 20, 31, 52)),
  apart = list(k = c(5, 60, 15, 90, 2, 33), n = c(100, 80, 60, 110, 45, 66)),
  fractions = list(k = c(109.028, 84.006, 46, 27.3), n = c(281, 234, 83, 50)),
  page = list(k = c(99, 76, 46, 29, 27.3), n = c(281, 234, 83, 70, 50)))
tight <- list(threshold = 1e-13, maxiter = 100000, tol = 1e-14)
ask <- function(s, method, test, level = 95) {
  es <- escalc(measure = "PLO", xi = s$k, ni = s$n, add = 1/2, to = "only0")
  m <- rma(yi, vi, data = es, method = method, test = test, level = level, control = tight)
  p <- predict(m, level = level)
  ci <- confint(m, level = level, control = list(tol = 1e-14, maxiter = 100000))$random
  list(yi = as.numeric(es$yi), vi = as.numeric(es$vi), estimate = c(m$beta), se = m$se, low = m$ci.lb, high = m$ci.ub, pi_low = p$pi.lb, pi_high = p$pi.ub,
       tau2 = m$tau2, tau2_low = ci["tau^2", 2], tau2_high = ci["tau^2", 3],
       i2 = ci["I^2(%)", 1] / 100, i2_low = ci["I^2(%)", 2] / 100, i2_high = ci["I^2(%)", 3] / 100,
       q = m$QE, p = m$QEp, weights = unname(weights(m)) / 100)
}
out <- list()
for (name in names(sets)) for (method in c("REML", "PM")) for (test in c("knha", "adhoc"))
  out[[paste(name, method, test)]] <- c(sets[[name]], list(method = method, test = test, level = 0.95, answer = list(ask(sets[[name]], method, test))))
out[["baricitinib 90"]] <- c(sets$baricitinib, list(method = "REML", test = "adhoc", level = 0.90, answer = list(ask(sets$baricitinib, "REML", "adhoc", 90))))
write(toJSON(out, auto_unbox = TRUE, digits = NA, pretty = TRUE), "evidence_expected.json")
