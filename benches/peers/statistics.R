# Times R's surveillance on the series that benches/trends.rs uses; prints one line of JSON.
if (!suppressWarnings(suppressMessages(requireNamespace("surveillance", quietly = TRUE)))) quit(status = 1)
suppressMessages(library(surveillance))
series <- read.csv(commandArgs(trailingOnly = TRUE)[1])
weeks <- as.Date(series$week_monday)
data <- sts(observed = series$d22_mvt, epoch = weeks, frequency = 52)
range <- (nrow(series) - 99):nrow(series)
control <- list(range = range, b = 5, w = 3, noPeriods = 10, pastWeeksNotIncluded = 26,
                pThresholdTrend = 1, thresholdMethod = "nbPlugin", alpha = 0.01)
farrington <- system.time(suppressWarnings(farringtonFlexible(data, control)))[["elapsed"]]
ears <- system.time(for (i in 1:20) earsC(data, control = list(method = "C1", baseline = 7)))[["elapsed"]]
cat(sprintf('{"farrington_ms": %.4f, "ears_ms": %.4f}\n',
            1000 * farrington / length(range), 1000 * ears / 20))
