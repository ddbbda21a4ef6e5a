# Makes the .rds files beside it: Rscript make.R
d <- data.frame(id = c("0007", "0008", "0009"), sex = factor(c("F", "M", NA)), SALT_W0 = c(80, 60.5, 90),
                SALT_W12 = c(40L, NA, 20L), seen = as.Date(c("2024-01-05", NA, "2024-02-07")), note = c("a", NA, "c"))
saveRDS(d, "cohort.rds")
saveRDS(d, "plain.rds", compress = FALSE)
rownames(d) <- c("P1", "P2", "P3")
saveRDS(d[, -1], "row_names.rds")
saveRDS(list(a = 1, b = "x"), "list.rds")
save(d, file = "workspace.RData")
