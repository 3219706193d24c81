//! The program: parses the command line, starts tracing, runs, prints the chain of causes.

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;
use xunfang::cli::Cli;

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("xunfang: no threads can be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(run());
    // A thread that is still at something, such as reading a file, isn't waited for.
    runtime.shutdown_background();
    code
}

async fn run() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_env("XUNFANG_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match Box::pin(cli.run()).await {
        Ok(code) => code,
        Err(error) => {
            // One line a cause, the outermost first.
            for (depth, cause) in error.chain().enumerate() {
                eprintln!("{}{cause}", if depth == 0 { "xunfang: " } else { "  because " });
            }
            ExitCode::FAILURE
        }
    }
}
