//! Writes what is generated from the protocol. `cargo xtask codegen` calls it.

fn main() -> std::io::Result<()> {
    for file in houselights_tests::codegen::files() {
        file.write()?;
        println!("wrote {}", file.path);
    }
    Ok(())
}
