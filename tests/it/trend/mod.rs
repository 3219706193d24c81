//! The statistics against reference results of R, PySAL and published reports.
//!
//! `cfg(test)` says to the lints what a folder of tests can't: that all of it is test code.

#[cfg(test)]
mod boundary;
#[cfg(test)]
mod calibration;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod detectors;
#[cfg(test)]
mod farrington;
#[cfg(test)]
mod forecasts;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod rates;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod space;
