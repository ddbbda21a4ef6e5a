# Answers for tests/stats/test_rates.py. Base R 4.x: Rscript gen_balance_expected.R
f <- function(...) cat(sprintf("%.15g", c(...)), "\n")
f(poisson.test(0, 12.5)$conf.int)
f(poisson.test(5, 77.1)$conf.int)
f(poisson.test(20, 0.81, conf.level = .9)$conf.int)
f(binom.test(0, 117, alternative = "less")$conf.int[2])
f(binom.test(0, 30, alternative = "less", conf.level = .99)$conf.int[2])
x <- c(1, 2, 4, 7, 11); y <- c(3, 3, 5, 9, 8, 20)
f((mean(x) - mean(y)) / sqrt((var(x) + var(y)) / 2))
yang <- function(a, b) {
  p <- (a / sum(a))[-1]; q <- (b / sum(b))[-1]
  s <- (diag(p, length(p)) - p %o% p + diag(q, length(q)) - q %o% q) / 2
  sqrt(drop(t(p - q) %*% solve(s) %*% (p - q)))
}
f(yang(c(10, 20), c(25, 15)))
f(yang(c(12, 3, 8, 20), c(13, 1, 3, 22)))
