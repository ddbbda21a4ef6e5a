# Small, awkward random data sets in the schema of gen_reference.R, answered by its functions.
# Run in this folder: Rscript gen_unseen.R
Sys.setenv(ONLY = "none")
source("../gen_reference.R")

rules <- list(improve50 = function(x, b) (b - x) / b >= .5, improve90 = function(x, b) (b - x) / b >= .9,
              low20 = function(x, b) x <= 20)
rules_json <- list(improve50 = list(kind = "percent_fall_at_least", threshold = 50),
                   improve90 = list(kind = "percent_fall_at_least", threshold = 90),
                   low20 = list(kind = "value_at_most", threshold = 20))

# Values on a grid of `step` (so that ties abound), `miss` of the later visits missing;
# flat = c(group, visit, value) gives a whole group one value at one visit.
simulate <- function(seed, sizes, visits, miss, step, flat = NULL, labels = LETTERS[seq_along(sizes)]) {
  set.seed(seed)
  n <- sum(sizes); k <- length(visits); g <- rep(labels, sizes); b <- round(runif(n, 30, 100) / step) * step
  Y <- sapply(seq_len(k), function(j) if (j == 1) b else
    pmin(100, pmax(0, round((b * exp(-.25 * (j - 1) * rexp(n)) + rnorm(n, 0, 8)) / step) * step)))
  Y[, -1][matrix(runif(n * (k - 1)) < miss, n)] <- NA
  if (!is.null(flat)) Y[g == labels[flat[1]] & !is.na(Y[, flat[2]]), flat[2]] <- flat[3]
  longform(rep(sprintf("S%02d", 1:n), each = k), rep(g, each = k), rep(visits, n), as.vector(t(Y)),
           as.character(visits), labels)
}

run <- function(name, ..., models = FALSE) {
  L <- simulate(...); tl <- levels(L$time); gl <- levels(L$group)
  a <- list(descriptives = a_descr(L), mixed_anova = a_mixed(L), rm_anova_all = a_rm1(L),
            paired_vs_baseline = a_paired(L), between_groups = a_between(L), responders = a_resp(L, rules))
  if (models) { a$lmm_random_intercept <- a_lmm(L); a$mmrm <- a_mmrm(L) }
  request <- function(analysis) {
    r <- list(analysis = analysis, csv = paste0(name, ".csv"), subject = "subject", group = "group", time = "time",
              value = "value", time_levels = I(tl), group_levels = I(gl))
    if (analysis == "responders") r$rules <- rules_json
    r
  }
  o <- list(schema = "stats-reference/2", dataset = name,
            meta = list(time_levels = I(tl), group_levels = I(gl), source = "gen_unseen.R", licence = "own work, CC0"),
            requests = lapply(names(a), request), r_version = R.version.string, packages = as.list(vers), analyses = a)
  write.csv(L, paste0(name, ".csv"), row.names = FALSE, na = "")
  writeLines(toJSON(o, digits = NA, auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE, matrix = "rowmajor"),
             paste0(name, ".json"))
}

run("three_groups", 11, c(6, 9, 14), c(0, 4, 12, 24), .08, 5, flat = c(2, 3, 40), models = TRUE)
run("two_visits", 12, c(4, 7), c(0, 24), 0, 1, models = TRUE)
run("tiny_groups", 13, c(2, 3), c(0, 8, 16), 0, 10)
run("flat_visit", 16, c(8, 8), c(0, 8, 16), .1, 1, flat = c(1, 3, 0))
