//! Makes a release build see a newly built web client, which it embeds.
//!
//! A debug build reads the folder at run time, so it need not be built again.

fn main() -> std::io::Result<()> {
    let built = "web-client/dist";
    // Embedding wants the folder to exist; an empty one means that `make web` hasn't run.
    std::fs::create_dir_all(built)?;
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed={built}");
    }
    Ok(())
}
