# CPU seconds a copy of mice's chained normal regressions, within each group. Usage: Rscript imputation.R long.csv
suppressPackageStartupMessages(library(mice))
d <- read.csv(commandArgs(TRUE)[1]); w <- reshape(d[, c("subject", "group", "time", "value")], idvar = c("subject", "group"), timevar = "time", direction = "wide")
t <- system.time(for (g in unique(w$group)) mice(w[w$group == g, -(1:2)], m = 20, maxit = 10, method = "norm", seed = 1, printFlag = FALSE))
cat(sum(t[1:2]) / 20, "\n")
