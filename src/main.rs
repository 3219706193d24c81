//! The command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    xunfang::cli::run()
}
