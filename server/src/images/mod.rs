//! Uploaded pictures: read by what they are, made small, and written anew.
//!
//! What is kept was written by this server from pixels, so no metadata, no place where a photo was taken, and nothing hidden behind the
//! picture is in it. Decoding takes up to a quarter of a gigabyte and a second: never on the runtime's own threads, and few at once.

mod container;
mod desk;
#[cfg(test)]
mod tests;

use std::io::{Cursor, ErrorKind};

use image::{
    DynamicImage, ImageDecoder, ImageError as CodecError, ImageReader, Limits, Rgba,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    imageops::FilterType,
    metadata::Orientation,
};
use thiserror::Error;

pub(crate) use desk::Desk;

/// The longest file that is looked at.
pub(crate) const MOST_BYTES: usize = 5 * 1024 * 1024;
/// The longest side.
pub(crate) const LONGEST_SIDE: u32 = 8_192;
/// The largest area.
pub(crate) const MOST_PIXELS: u64 = 32 * 1024 * 1024;
/// What a decoder may hold: the largest area in the widest pixels, and a little for itself.
const MOST_MEMORY: u64 = MOST_PIXELS * 8 + 32 * 1024 * 1024;
const JPEG_QUALITY: u8 = 85;

/// What a picture is for: how large it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// An organisation's or sponsor's.
    Logo,
    /// Of a person.
    Picture,
    /// Across a page.
    Cover,
}

impl Purpose {
    /// The square that the picture fits into, in pixels.
    const fn side(self) -> u32 {
        match self {
            Self::Logo | Self::Picture => 512,
            Self::Cover => 1_920,
        }
    }
}

/// A picture as it is kept and served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// `image/png` where something shows through, else `image/jpeg`.
    pub(crate) content_type: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) bytes: Vec<u8>,
}

/// Why an upload is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum ImageError {
    #[error("the file is empty")]
    Empty,
    #[error("the file has more than 5 MB")]
    TooManyBytes,
    #[error("the picture has more than 8,192 pixels a side, or more than 32 megapixels")]
    TooManyPixels,
    /// It can hold scripts.
    #[error("SVG is not taken: use PNG, JPEG or WebP")]
    Svg,
    #[error("GIF is not taken: use PNG, JPEG or WebP")]
    Gif,
    /// Whatever it is called.
    #[error("the file is a web page, not a picture")]
    Html,
    #[error("the file is not a PNG, JPEG or WebP picture")]
    Unknown,
    /// An upload that broke off, most likely.
    #[error("the file ends too early")]
    Truncated,
    #[error("the picture is damaged")]
    Damaged,
}

/// Reads a file by its content, whatever it was called, and makes of it what is kept.
pub(crate) fn accept(bytes: &[u8], purpose: Purpose) -> Result<Accepted, ImageError> {
    if bytes.len() > MOST_BYTES {
        return Err(ImageError::TooManyBytes);
    }
    let format = container::format(bytes)?;
    let bytes = &*container::bare(bytes, format);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(ImageError::TooManyPixels);
    }
    // Said before the pixels are read: a decoder fills in what is missing.
    if !container::is_whole(bytes, format) {
        return Err(ImageError::Truncated);
    }
    // Metadata that cannot be read turn nothing.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    written(made_to_fit(picture, orientation, purpose.side()))
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

/// Small first, then turned: the square is the same for both.
fn made_to_fit(picture: DynamicImage, orientation: Orientation, side: u32) -> DynamicImage {
    let is_larger = picture.width() > side || picture.height() > side;
    let mut picture = match (is_larger, picture.color().has_alpha()) {
        (false, _) => picture,
        (true, false) => picture.resize(side, side, FilterType::Lanczos3),
        (true, true) => weighted(picture, side),
    };
    picture.apply_orientation(orientation);
    picture
}

/// Made smaller with each colour weighted by how much of it is seen: otherwise that of what is not seen bleeds into the edges.
fn weighted(picture: DynamicImage, side: u32) -> DynamicImage {
    let mut pixels = picture.into_rgba8();
    for Rgba([red, green, blue, alpha]) in pixels.pixels_mut() {
        for colour in [red, green, blue] {
            *colour = share(u32::from(*colour) * u32::from(*alpha), u32::from(u8::MAX));
        }
    }
    let mut pixels = DynamicImage::from(pixels).resize(side, side, FilterType::Lanczos3).into_rgba8();
    for Rgba([red, green, blue, alpha]) in pixels.pixels_mut() {
        for colour in [red, green, blue] {
            *colour = share(u32::from(*colour) * u32::from(u8::MAX), u32::from(*alpha).max(1));
        }
    }
    pixels.into()
}

/// A quotient, rounded, as a colour.
fn share(whole: u32, by: u32) -> u8 {
    u8::try_from((whole + by / 2) / by).unwrap_or(u8::MAX)
}

fn written(picture: DynamicImage) -> Result<Accepted, ImageError> {
    let (width, height) = (picture.width(), picture.height());
    let mut bytes = Vec::new();
    let (content_type, outcome) = if shows_through(&picture) {
        ("image/png", picture.into_rgba8().write_with_encoder(PngEncoder::new(&mut bytes)))
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
        ("image/jpeg", picture.into_rgb8().write_with_encoder(encoder))
    };
    outcome.map_err(|error| refusal(&error))?;
    Ok(Accepted { content_type, width, height, bytes })
}

/// Whether any pixel is less than opaque.
fn shows_through(picture: &DynamicImage) -> bool {
    picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel.0[3] < u8::MAX)
}

fn refusal(error: &CodecError) -> ImageError {
    match error {
        CodecError::Limits(_) => ImageError::TooManyPixels,
        CodecError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => ImageError::Truncated,
        CodecError::Decoding(_)
        | CodecError::Encoding(_)
        | CodecError::Parameter(_)
        | CodecError::Unsupported(_)
        | CodecError::IoError(_) => ImageError::Damaged,
    }
}
