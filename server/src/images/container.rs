//! What a file is, by how it begins, and whether its end is there.

use std::borrow::Cow;

use image::ImageFormat;

use super::ImageError;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// How far into a text is looked for what it is.
const HEAD: usize = 4_096;

/// The format of a picture that is taken, or why it is not.
pub(super) fn format(bytes: &[u8]) -> Result<ImageFormat, ImageError> {
    match bytes {
        [] => Err(ImageError::Empty),
        [0xFF, 0xD8, 0xFF, ..] => Ok(ImageFormat::Jpeg),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(ImageFormat::WebP),
        [b'G', b'I', b'F', b'8', ..] => Err(ImageError::Gif),
        _ if bytes.starts_with(PNG) => Ok(ImageFormat::Png),
        _ if PNG.starts_with(bytes) => Err(ImageError::Truncated),
        _ => Err(text(bytes)),
    }
}

/// What a file is that is none of the pictures.
fn text(bytes: &[u8]) -> ImageError {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    if !head.starts_with('<') {
        ImageError::Unknown
    } else if head.contains("<html") || head.contains("<!doctype html") {
        ImageError::Html
    } else if head.contains("<svg") {
        ImageError::Svg
    } else {
        ImageError::Unknown
    }
}

/// Whether a file has the end that its format has. What comes behind it is not looked at.
pub(super) fn is_whole(bytes: &[u8], format: ImageFormat) -> bool {
    if format == ImageFormat::Jpeg {
        jpeg(bytes).is_some()
    } else if format == ImageFormat::Png {
        png(bytes).is_some()
    } else {
        riff(bytes).is_some()
    }
}

/// The file with what is needed to read its pixels, and how they are turned. Nothing else is kept anyway, and what else a PNG holds may be compressed: some
/// kilobytes of a colour profile can become a gigabyte. A file that broke off stays so.
pub(super) fn bare(bytes: &[u8], format: ImageFormat) -> Cow<'_, [u8]> {
    let Some(mut rest) = bytes.get(PNG.len()..).filter(|_| format == ImageFormat::Png) else { return bytes.into() };
    let mut bare = PNG.to_vec();
    while let Some((head, _)) = rest.split_first_chunk::<8>() {
        let [a, b, c, d, name @ ..] = *head;
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        // With its head and its checksum.
        let (chunk, after) = rest.split_at(length.saturating_add(12).min(rest.len()));
        // Those that no reader may pass over begin with a capital (PNG, section 5.4).
        if name[0].is_ascii_uppercase() || matches!(&name, b"tRNS" | b"eXIf") {
            bare.extend(chunk);
        }
        rest = after;
    }
    bare.into()
}

/// Chunks of a length, a name, that much data and a checksum, to the one named `IEND` (PNG, section 5.3).
fn png(bytes: &[u8]) -> Option<()> {
    let mut rest = bytes.get(PNG.len()..)?;
    loop {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (name, after) = after.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        rest = after.get(length.checked_add(4)?..)?;
        if name == b"IEND" {
            return Some(());
        }
    }
}

/// As much as the header says (RIFF).
fn riff(bytes: &[u8]) -> Option<()> {
    let length = bytes.get(4..)?.first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    bytes.get(8..)?.get(..length).map(|_| ())
}

/// Segments of a marker, a length and that much data; after a scan's header its coded data, which end at the next marker (JPEG, annex B).
fn jpeg(bytes: &[u8]) -> Option<()> {
    const END: u8 = 0xD9;
    const SCAN: u8 = 0xDA;
    let mut rest = bytes.get(2..)?;
    loop {
        // To the next marker: 0xFF and what is neither a filler, nor a stuffed zero, nor a restart within coded data.
        let marker = loop {
            let (byte, after) = rest.split_first()?;
            rest = after;
            if let (0xFF, Some(marker)) = (*byte, rest.first())
                && !matches!(*marker, 0 | 0xD0..=0xD7 | 0xFF)
            {
                break *marker;
            }
        };
        rest = rest.get(1..)?;
        if marker == END {
            return Some(());
        }
        let length = rest.first_chunk::<2>()?;
        rest = rest.get(usize::from(u16::from_be_bytes(*length))..)?;
        if marker != SCAN && rest.first() != Some(&0xFF) {
            return None;
        }
    }
}
