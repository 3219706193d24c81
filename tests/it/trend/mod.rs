//! The statistics against reference results of R, PySAL and published reports.

mod reference;

mod detectors;
mod farrington;
mod forecasts;
mod rates;
mod space;
