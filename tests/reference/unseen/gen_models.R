# Small, awkward data sets for the models, in the schema of gen_reference.R and answered by its functions.
# Run in this folder: Rscript gen_models.R
Sys.setenv(ONLY = "none")
source("../gen_reference.R")

store <- function(name, tables, requests, analyses) {
  for (t in names(tables)) write.csv(tables[[t]], paste0(t, ".csv"), row.names = FALSE, na = "")
  o <- list(schema = "stats-reference/2", dataset = name, meta = list(source = "gen_models.R", licence = "own work, CC0"),
            requests = requests, r_version = R.version.string, packages = as.list(vers), analyses = analyses)
  writeLines(toJSON(o, digits = NA, auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE, matrix = "rowmajor"),
             paste0(name, ".json"))
}

# Patients who leave for good (`leave` a visit) and single missed visits (`miss`); `between` is the SD between patients.
visits <- function(name, seed, sizes, times, leave, miss, between, mm = TRUE) {
  set.seed(seed)
  n <- sum(sizes); k <- length(times); g <- rep(names(sizes), sizes); level <- rnorm(n, 0, between)
  Y <- sapply(seq_len(k), function(j) 80 - 6 * (j - 1) * (1 + .4 * match(g, names(sizes))) + level * (1 + .15 * j) +
                rnorm(n, 0, 4 + j))
  gone <- apply(matrix(runif(n * k), n) < leave, 1, function(r) if (any(r[-1])) which(r[-1])[1] + 1 else k + 1)
  for (i in seq_len(n)) if (gone[i] <= k) Y[i, gone[i]:k] <- NA
  Y[, -1][matrix(runif(n * (k - 1)) < miss, n)] <- NA
  L <- longform(rep(sprintf("S%02d", 1:n), each = k), rep(g, each = k), rep(times, n), round(as.vector(t(Y)), 1),
                as.character(times), names(sizes))
  a <- list(lmm_random_intercept = a_lmm(L)); if (mm) a$mmrm <- a_mmrm(L)
  requests <- lapply(names(a), function(analysis) list(analysis = analysis, csv = paste0(name, ".csv"), subject = "subject",
    group = "group", time = "time", value = "value", time_levels = I(levels(L$time)), group_levels = I(levels(L$group))))
  store(name, setNames(list(L), name), requests, a)
}

visits("dropout", 21, c("dose 4" = 12, "dose 2" = 14, placebo = 10), c(0, 12, 24), .25, .1, 9)
visits("eight_visits", 22, c(A = 20, B = 18), c(0, 2, 4, 8, 12, 16, 24, 36), .02, .12, 12)
visits("no_patient_effect", 25, c(A = 8, B = 7), c(0, 12, 24), 0, .1, 0, mm = FALSE)

# Text predictors, interactions, ties, three curves of which one reaches zero and one has no event, unequal clusters.
set.seed(31)
n <- 90
d <- data.frame(age = round(rnorm(n, 36, 12)), sex = sample(c("female", "male"), n, TRUE),
                subtype = sample(c("patchy", "AT", "AU"), n, TRUE, c(.5, .3, .2)), duration = round(rexp(n, 1 / 5), 1))
d$score <- round(70 - .3 * d$age - 12 * (d$subtype == "AU") + 6 * (d$sex == "male") * (d$subtype == "AT") -
                   1.1 * d$duration + rnorm(n, 0, 15), 1)
d$responder <- rbinom(n, 1, plogis(1 - .02 * d$age - .1 * d$duration + .8 * (d$sex == "female") - .6 * (d$subtype == "AU")))
d$decade <- 10 * round(d$age / 10)
k <- data.frame(time = sample(c(4, 8, 12, 24, 36), n, TRUE), event = rbinom(n, 1, .55),
                group = rep(c("low", "mid", "high"), length.out = n))
k$event[k$group == "high"] <- 0; k$event[k$group == "mid" & k$time == max(k$time[k$group == "mid"])] <- 1
m <- do.call(rbind, lapply(seq_len(40), function(i) { v <- sort(sample(c(4, 8, 12, 24), sample(1:4, 1)))
  data.frame(subject = sprintf("S%02d", i), week = v, arm = c("c", "a", "b")[i %% 3 + 1]) }))
u <- rnorm(40); m$value <- rbinom(nrow(m), 1, plogis(-1 + .06 * m$week + .5 * (m$arm == "b") + u[as.integer(sub("S", "", m$subject))]))
km_levels <- c("low", "mid", "high")
tr()
a <- list(logistic = a_logit(d, responder ~ sex * age + subtype), linear = a_linear(d, score ~ subtype * sex + age + duration),
          roc_decade = a_roc(d$responder, d$decade), roc_duration = a_roc(d$responder, d$duration))
su()
a$kaplan_meier <- a_km(transform(k, group = factor(group, levels = km_levels)))
names(m)[2] <- "time"; a$gee <- a_gee(m, value ~ arm * time)
store("factors", list(factors = d, factors_km = k, factors_gee = m), list(
  list(analysis = "logistic", csv = "factors.csv", formula = "responder ~ sex * age + subtype"),
  list(analysis = "linear", csv = "factors.csv", formula = "score ~ subtype * sex + age + duration"),
  list(analysis = "roc_decade", csv = "factors.csv", response = "responder", predictor = "decade", direction = a$roc_decade$direction),
  list(analysis = "roc_duration", csv = "factors.csv", response = "responder", predictor = "duration", direction = a$roc_duration$direction),
  list(analysis = "kaplan_meier", csv = "factors_km.csv", time = "time", event = "event", group = "group", group_levels = km_levels),
  list(analysis = "gee", csv = "factors_gee.csv", subject = "subject", formula = "value ~ arm * time", family = "binomial")), a)

# A constant column, which lm drops, and levels whose order depends on how capitals sort.
set.seed(41)
n <- 40
w <- data.frame(age = round(rnorm(n, 36, 12)), site = 1, grade = sample(c("a", "B", "c", "-x", "10", "9"), n, TRUE))
w$score <- round(50 + .4 * w$age + 6 * (w$grade == "B") + rnorm(n, 0, 10), 1)
tr(); a <- list(linear = a_linear(w, score ~ age + site + grade)); su()
store("awkward_columns", list(awkward_columns = w),
      list(list(analysis = "linear", csv = "awkward_columns.csv", formula = "score ~ age + site + grade")), a)
