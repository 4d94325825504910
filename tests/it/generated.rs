//! What is generated and committed is current.

use houselights_tests::codegen;

#[test]
fn generated_files_are_current() {
    for file in codegen::files() {
        assert!(file.is_current().unwrap_or(false), "{} is not what the crates say: run `cargo xtask codegen`", file.path);
    }
}
