//! Pictures made here, whole and otherwise.

use image::{ExtendedColorType, ImageEncoder, ImageFormat, Rgb, RgbImage, RgbaImage, codecs::webp::WebPEncoder};

use super::*;

/// Red on the left, blue on the right.
fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([250, 10, 10]) } else { Rgb([10, 10, 250]) })
}

fn png(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    bytes
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 90)).unwrap();
    bytes
}

fn webp(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(WebPEncoder::new_lossless(&mut bytes)).unwrap();
    bytes
}

/// EXIF with an orientation, and words where a photo's place would be.
fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"GPS 48.2082 16.3738");
    exif
}

fn jpeg_turned(orientation: u8) -> Vec<u8> {
    let picture = picture(60, 40);
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.set_exif_metadata(exif(orientation)).unwrap();
    encoder.write_image(picture.as_raw(), 60, 40, ExtendedColorType::Rgb8).unwrap();
    bytes
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

/// A PNG whose header claims a size, with hardly anything behind it.
fn png_that_claims(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(&picture(2, 2));
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

/// The checksum of a PNG chunk (PNG, annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

#[test]
fn the_three_formats_are_taken_by_what_they_are() {
    let picture = picture(60, 40);
    for bytes in [png(&picture), jpeg(&picture), webp(&picture)] {
        let accepted = accept(&bytes, Purpose::Logo).unwrap();
        assert_eq!((accepted.content_type, accepted.width, accepted.height), ("image/jpeg", 60, 40));
        let read = image::load_from_memory_with_format(&accepted.bytes, ImageFormat::Jpeg).unwrap().into_rgb8();
        assert!(read.get_pixel(5, 20).0[0] > 200 && read.get_pixel(55, 20).0[2] > 200);
    }
}

#[test]
fn what_shows_through_stays_so() {
    let clear = RgbaImage::from_fn(40, 40, |x, _| Rgba([9, 9, 9, if x < 20 { 0 } else { 255 }]));
    let opaque = RgbaImage::from_pixel(40, 40, Rgba([9, 9, 9, 255]));
    for (picture, content_type) in [(clear, "image/png"), (opaque, "image/jpeg")] {
        let mut bytes = Vec::new();
        picture.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
        let accepted = accept(&bytes, Purpose::Logo).unwrap();
        assert_eq!(accepted.content_type, content_type);
        let read = image::load_from_memory(&accepted.bytes).unwrap().into_rgba8();
        assert_eq!(read.get_pixel(5, 5).0[3] == 0, content_type == "image/png");
    }
}

#[test]
fn the_colour_of_what_is_not_seen_does_not_bleed_into_the_edge() {
    let picture = RgbaImage::from_fn(1_400, 700, |x, _| if x < 701 { Rgba([0, 255, 0, 0]) } else { Rgba([200, 0, 0, 255]) });
    let mut bytes = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    let accepted = accept(&bytes, Purpose::Logo).unwrap();
    let read = image::load_from_memory(&accepted.bytes).unwrap().into_rgba8();
    assert!(read.pixels().all(|pixel| pixel.0[1] == 0));
    assert!(read.pixels().filter(|pixel| pixel.0[3] > 8).all(|pixel| pixel.0[0].abs_diff(200) < 32));
    assert!(read.pixels().any(|pixel| pixel.0[3] > 0 && pixel.0[3] < 255));
}

#[test]
fn a_picture_is_made_to_fit_and_never_larger() {
    for (purpose, width, height, fitting) in [
        (Purpose::Logo, 1_024, 256, (512, 128)),
        (Purpose::Picture, 300, 1_200, (128, 512)),
        (Purpose::Cover, 3_840, 1_080, (1_920, 540)),
        (Purpose::Cover, 100, 80, (100, 80)),
        (Purpose::Logo, 8_192, 1, (512, 1)),
    ] {
        let accepted = accept(&png(&picture(width, height)), purpose).unwrap();
        assert_eq!((accepted.width, accepted.height), fitting, "{width} x {height}");
    }
}

#[test]
fn a_photo_stands_upright_and_does_not_say_where_it_was_taken() {
    let turned = jpeg_turned(6);
    assert!(holds(&turned, "GPS"));
    let accepted = accept(&turned, Purpose::Picture).unwrap();
    assert_eq!((accepted.width, accepted.height), (40, 60));
    let read = image::load_from_memory(&accepted.bytes).unwrap().into_rgb8();
    // A quarter to the right: what was left is above.
    assert!(read.get_pixel(20, 5).0[0] > 200 && read.get_pixel(20, 55).0[2] > 200);
    assert!(!holds(&accepted.bytes, "GPS") && !holds(&accepted.bytes, "Exif"));
    let upright = accept(&jpeg_turned(1), Purpose::Picture).unwrap();
    assert_eq!((upright.width, upright.height), (60, 40));
    assert!(accept(&jpeg_turned(99), Purpose::Picture).is_ok(), "an orientation that there is not");
}

#[test]
fn what_is_hidden_behind_a_picture_is_not_kept() {
    let page = b"<html><script>alert(1)</script></html>";
    for mut bytes in [png(&picture(20, 20)), jpeg(&picture(20, 20))] {
        bytes.extend_from_slice(page);
        let accepted = accept(&bytes, Purpose::Logo).unwrap();
        assert!(!holds(&accepted.bytes, "script"));
    }
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    for bytes in [png_that_claims(30_000, 30_000), png_that_claims(8_193, 1), png_that_claims(1, u32::MAX >> 1)] {
        assert_eq!(accept(&bytes, Purpose::Logo), Err(ImageError::TooManyPixels));
    }
    assert_eq!(accept(&png_that_claims(8_192, 8_192), Purpose::Logo), Err(ImageError::TooManyPixels), "32 megapixels");
    let mut bytes = jpeg(&picture(16, 16));
    let frame = bytes.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
    bytes[frame + 5..frame + 9].copy_from_slice(&[0x75, 0x30, 0x75, 0x30]);
    assert_eq!(accept(&bytes, Purpose::Logo), Err(ImageError::TooManyPixels));
}

/// As long as it is compressed, a colour profile is a few bytes for each megabyte that a decoder would make of it.
#[test]
fn of_a_png_only_what_makes_its_pixels_is_read() {
    let plain = png(&picture(60, 40));
    let mut bytes = plain.clone();
    for name in [b"iCCP", b"zTXt", b"iTXt"] {
        let mut chunk = name.to_vec();
        chunk.extend(b"x\0\0 not even compressed");
        let length = u32::try_from(chunk.len() - 4).unwrap().to_be_bytes();
        let checksum = crc(&chunk).to_be_bytes();
        // Behind the header, which has 13 bytes.
        bytes.splice(33..33, [&length[..], &chunk, &checksum].concat());
    }
    assert_eq!(container::bare(&bytes, ImageFormat::Png), plain);
    assert_eq!(accept(&bytes, Purpose::Logo), accept(&plain, Purpose::Logo));
    for length in 0..bytes.len() {
        assert!(plain.starts_with(&container::bare(&bytes[..length], ImageFormat::Png)), "{length}");
    }
}

#[test]
fn what_is_no_picture_is_told_what_it_is() {
    let svg = r#"<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    for (bytes, refusal) in [
        (b"".as_slice(), ImageError::Empty),
        (svg.as_bytes(), ImageError::Svg),
        (b"\xef\xbb\xbf \n<SVG onload=alert(1)>", ImageError::Svg),
        (b"<!DOCTYPE html><svg></svg>", ImageError::Html),
        (b"<html><body>", ImageError::Html),
        (b"GIF89a\x01\0\x01\0", ImageError::Gif),
        (b"BM\0\0\0\0", ImageError::Unknown),
        (b"<xml/>", ImageError::Unknown),
        (b"%PDF-1.7", ImageError::Unknown),
        (b"\x89PNG", ImageError::Truncated),
        (b"\xff\xd8\xff\xe0", ImageError::Damaged),
        (b"RIFF\x04\0\0\0WEBP", ImageError::Damaged),
    ] {
        let got = accept(bytes, Purpose::Logo);
        // How soon a decoder sees that it ends early is its affair.
        let is_early = refusal == ImageError::Damaged && got == Err(ImageError::Truncated);
        assert!(is_early || got == Err(refusal), "{bytes:?}: {got:?}");
    }
    assert_eq!(accept(&vec![0; MOST_BYTES + 1], Purpose::Logo), Err(ImageError::TooManyBytes));
}

#[test]
fn an_upload_that_broke_off_is_refused_wherever_it_did() {
    let picture = picture(90, 70);
    for bytes in [png(&picture), jpeg(&picture), jpeg_turned(6), webp(&picture)] {
        for length in 1..bytes.len() {
            let got = accept(&bytes[..length], Purpose::Logo);
            assert!(
                matches!(got, Err(ImageError::Truncated | ImageError::Damaged | ImageError::Unknown)),
                "{length} of {}: {got:?}",
                bytes.len()
            );
        }
    }
}
