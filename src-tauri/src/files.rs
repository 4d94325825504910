//! Files that the person chooses in a dialog of the system: the page never names one itself.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use tauri::WebviewWindow;
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::{sync::oneshot, task::spawn_blocking};

use crate::ipc::{ApiCode, ApiProblem, ImportedFile};

/// The longest text that is written, in bytes.
const LONGEST_EXPORT: usize = 32 * 1024 * 1024;
/// The longest text that is read, in bytes.
const LONGEST_IMPORT: u64 = 1024 * 1024;
/// Kinds of files that are asked for at most.
const MOST_KINDS: usize = 8;
/// The longest name that is proposed, in characters.
const LONGEST_NAME: usize = 100;

/// Asks where to, and writes a text there; false where the person does not want to.
pub(crate) async fn export(window: &WebviewWindow, name: &str, text: String) -> Result<bool, ApiProblem> {
    if text.len() > LONGEST_EXPORT {
        return Err(ApiProblem::new(ApiCode::TooLarge, "the file would be too large"));
    }
    let Some(path) = where_to(window, name).await else { return Ok(false) };
    let written = spawn_blocking(move || fs::write(path, text)).await;
    match written {
        Ok(Ok(())) => Ok(true),
        Ok(Err(error)) => Err(ApiProblem::new(ApiCode::NotKept, error.to_string())),
        Err(_) => Err(ApiProblem::new(ApiCode::NotKept, "the file was not written")),
    }
}

/// Asks for a file of one of these kinds (`toml`); none where the person does not want to.
pub(crate) async fn import(window: &WebviewWindow, kinds: &[String]) -> Result<Option<ImportedFile>, ApiProblem> {
    let kinds: Vec<&str> = kinds.iter().map(String::as_str).filter(|kind| is_kind(kind)).take(MOST_KINDS).collect();
    let Some(path) = which(window, &kinds).await else { return Ok(None) };
    let read = spawn_blocking(move || read(&path)).await;
    read.unwrap_or_else(|_| Err(ApiProblem::new(ApiCode::FileUnreadable, "the file was not read"))).map(Some)
}

/// Asks where to put a file; nowhere where the person does not want to.
pub(crate) async fn where_to(window: &WebviewWindow, name: &str) -> Option<PathBuf> {
    let dialog = window.dialog().file().set_parent(window).set_file_name(proposed(name));
    chosen(dialog, FileDialogBuilder::save_file).await
}

/// Asks for a file of one of these kinds; none where the person does not want to.
pub(crate) async fn which(window: &WebviewWindow, kinds: &[&str]) -> Option<PathBuf> {
    let mut dialog = window.dialog().file().set_parent(window);
    if !kinds.is_empty() {
        dialog = dialog.add_filter(kinds.join(", "), kinds);
    }
    chosen(dialog, FileDialogBuilder::pick_file).await
}

type Tell = Box<dyn FnOnce(Option<FilePath>) + Send>;

async fn chosen(
    dialog: FileDialogBuilder<tauri::Wry>,
    open: impl FnOnce(FileDialogBuilder<tauri::Wry>, Tell),
) -> Option<PathBuf> {
    let (tell, told) = oneshot::channel();
    open(
        dialog,
        Box::new(move |path| {
            let _ = tell.send(path);
        }),
    );
    told.await.ok()??.into_path().ok()
}

fn read(path: &Path) -> Result<ImportedFile, ApiProblem> {
    let unreadable = |why: String| ApiProblem::new(ApiCode::FileUnreadable, why);
    let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(LONGEST_IMPORT + 1).read_to_end(&mut bytes).map_err(|error| unreadable(error.to_string()))?;
    if bytes.len() as u64 > LONGEST_IMPORT {
        return Err(ApiProblem::new(ApiCode::TooLarge, "the file has more than 1 MiB"));
    }
    let text = String::from_utf8(bytes).map_err(|_| unreadable("the file is no text".into()))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(ImportedFile { name, text })
}

/// A name without anything that leads to another folder, or that a system does not take.
fn proposed(name: &str) -> String {
    let unfit = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let name: String = name.chars().map(|c| if unfit(c) { '-' } else { c }).take(LONGEST_NAME).collect();
    name.trim_start_matches(['.', ' ']).to_owned()
}

fn is_kind(kind: &str) -> bool {
    (1..=8).contains(&kind.len()) && kind.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposed_name_leads_nowhere() {
        assert_eq!(proposed("Fireside chat.toml"), "Fireside chat.toml");
        assert_eq!(proposed("../../etc/passwd\n"), "-..-etc-passwd-");
        assert_eq!(proposed(&"x".repeat(1_000)).len(), LONGEST_NAME);
    }

    #[test]
    fn only_a_text_of_a_bounded_length_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            read(&path).map_err(|problem| problem.code)
        };
        assert_eq!(at("a.toml", b"x = 1"), Ok(ImportedFile { name: "a.toml".into(), text: "x = 1".into() }));
        assert_eq!(at("b.toml", &[0xff, 0xfe]), Err(ApiCode::FileUnreadable));
        assert_eq!(at("c.toml", &vec![b'x'; LONGEST_IMPORT as usize + 1]), Err(ApiCode::TooLarge));
        assert_eq!(read(&folder.path().join("none")).map_err(|problem| problem.code), Err(ApiCode::FileUnreadable));
    }
}
