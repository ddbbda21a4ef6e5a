# The anchor for "all analyses of 117 patients": R doing the same battery in one warm process.
#   Rscript battery.R long.csv [gls]     long.csv: subject, group (A or B), time, value
# Prints CPU milliseconds a battery; with "gls" also those of an unstructured nlme::gls.
suppressPackageStartupMessages({library(car); library(nlme)})
options(contrasts = c("contr.sum", "contr.poly"))
args <- commandArgs(TRUE)
L <- read.csv(args[1])
times <- sort(unique(L$time)); ids <- unique(L$subject)
M <- matrix(NA_real_, length(ids), length(times), dimnames = list(ids, times))
M[cbind(match(L$subject, ids), match(L$time, times))] <- L$value
g <- factor(L$group[match(ids, L$subject)])
pc <- 100 * (M - M[, 1]) / M[, 1]

battery <- function() {
  for (j in seq_along(times)) for (k in levels(g)) {
    v <- M[g == k, j]; v <- v[!is.na(v)]
    mean(v); sd(v); quantile(v); t.test(v)
  }
  for (j in 2:length(times)) {
    d <- M[, j] - M[, 1]; d <- d[!is.na(d)]
    shapiro.test(d); t.test(d); suppressWarnings(wilcox.test(d, exact = FALSE))
    t.test(pc[g == "A", j], pc[g == "B", j])
    suppressWarnings(wilcox.test(pc[g == "A", j], pc[g == "B", j], exact = FALSE))
    for (e in list(pc[, j] <= -75, pc[, j] <= -90, pc[, j] <= -100, M[, j] <= 20)) {
      ok <- !is.na(e)
      for (k in levels(g)) suppressWarnings(prop.test(sum(e[ok & g == k]), sum(ok & g == k), correct = FALSE))
      fisher.test(table(factor(e[ok], c(FALSE, TRUE)), g[ok]))
    }
  }
  complete <- complete.cases(M); X <- M[complete, ]; h <- g[complete]
  a <- Anova(lm(X ~ h), idata = data.frame(time = factor(times)), idesign = ~time, type = 3)
  summary(a, multivariate = FALSE)
}

cpu <- function() sum(proc.time()[1:2])
battery()
start <- cpu()
for (i in 1:20) battery()
cat("battery", 1000 * (cpu() - start) / 20, "\n")
if (length(args) > 1) {
  L$time <- factor(L$time); L <- L[!is.na(L$value), ]
  start <- cpu()
  f <- gls(value ~ group * time, L, correlation = corSymm(form = ~as.integer(time) | subject),
           weights = varIdent(form = ~1 | time), method = "REML")
  cat("gls", 1000 * (cpu() - start), "\n")
}
