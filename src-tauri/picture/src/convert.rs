//! From what cameras give to [`Picture`], and from it to what a canvas shows.

use crate::picture::Plane;
use crate::{Picture, PictureError};

fn check(got: usize, wanted: usize) -> Result<(), PictureError> {
    if got < wanted { Err(PictureError::Bytes { wanted, got }) } else { Ok(()) }
}

/// From packed 4:2:2 (`Y0 U Y1 V`), as most webcams give.
pub fn from_yuyv(width: usize, height: usize, bytes: &[u8]) -> Result<Picture, PictureError> {
    let mut out = Picture::black(width, height)?;
    check(bytes.len(), width * height * 2)?;
    let (_, _, luma) = out.plane_mut(Plane::Luma);
    for (to, from) in luma.iter_mut().zip(bytes.iter().step_by(2)) {
        *to = *from;
    }
    for (plane, offset) in [(Plane::Blue, 1), (Plane::Red, 3)] {
        let (half, _, to) = out.plane_mut(plane);
        for (row, pair) in to.chunks_exact_mut(half).zip(bytes.chunks_exact(width * 4)) {
            let (upper, lower) = pair.split_at(width * 2);
            let samples = upper.iter().skip(offset).step_by(4).zip(lower.iter().skip(offset).step_by(4));
            for (to, (&a, &b)) in row.iter_mut().zip(samples) {
                *to = u16::midpoint(u16::from(a), u16::from(b)) as u8;
            }
        }
    }
    Ok(out)
}

/// From a full luma plane followed by interleaved chroma (`U V`).
pub fn from_nv12(width: usize, height: usize, bytes: &[u8]) -> Result<Picture, PictureError> {
    let mut out = Picture::black(width, height)?;
    check(bytes.len(), width * height * 3 / 2)?;
    let (luma, chroma) = bytes.split_at(width * height);
    out.plane_mut(Plane::Luma).2.copy_from_slice(luma);
    for (plane, offset) in [(Plane::Blue, 0), (Plane::Red, 1)] {
        let (_, _, to) = out.plane_mut(plane);
        for (to, from) in to.iter_mut().zip(chroma.iter().skip(offset).step_by(2)) {
            *to = *from;
        }
    }
    Ok(out)
}

/// From packed 24-bit colour (`R G B`), full range.
pub fn from_rgb(width: usize, height: usize, bytes: &[u8]) -> Result<Picture, PictureError> {
    let mut out = Picture::black(width, height)?;
    check(bytes.len(), width * height * 3)?;
    let (_, _, luma) = out.plane_mut(Plane::Luma);
    for (to, pixel) in luma.iter_mut().zip(bytes.chunks_exact(3)) {
        *to = to_yuv(pixel).0;
    }
    for plane in [Plane::Blue, Plane::Red] {
        let (half, _, to) = out.plane_mut(plane);
        for (row, pair) in to.chunks_exact_mut(half).zip(bytes.chunks_exact(width * 6)) {
            for (to, pixel) in row.iter_mut().zip(pair.chunks_exact(6)) {
                let (_, blue, red) = to_yuv(pixel);
                *to = if plane == Plane::Blue { blue } else { red };
            }
        }
    }
    Ok(out)
}

/// Luma, blue and red difference of the pixel at the front of `rgb` (BT.601, studio range).
pub fn to_yuv(rgb: &[u8]) -> (u8, u8, u8) {
    let part = |at: usize| i32::from(rgb.get(at).copied().unwrap_or(0));
    let (r, g, b) = (part(0), part(1), part(2));
    let luma = ((66 * r + 129 * g + 25 * b + 128) >> 8) + 16;
    let blue = ((-38 * r - 74 * g + 112 * b + 128) >> 8) + 128;
    let red = ((112 * r - 94 * g - 18 * b + 128) >> 8) + 128;
    (luma as u8, blue as u8, red as u8)
}

/// To `R G B A`, four bytes a pixel, full range, as a canvas has it.
pub fn to_rgba(picture: &Picture) -> Vec<u8> {
    let (width, _, luma) = picture.plane(Plane::Luma);
    let (half, _, blue) = picture.plane(Plane::Blue);
    let (_, _, red) = picture.plane(Plane::Red);
    let mut out = Vec::with_capacity(luma.len() * 4);
    for (row, line) in luma.chunks_exact(width).enumerate() {
        let start = row / 2 * half;
        let chroma = blue.iter().skip(start).zip(red.iter().skip(start));
        for (pair, (&u, &v)) in line.chunks_exact(2).zip(chroma) {
            let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
            for &y in pair {
                let y = 298 * (i32::from(y) - 16) + 128;
                let channel = |value: i32| (value >> 8).clamp(0, 255) as u8;
                out.extend_from_slice(&[channel(y + 409 * v), channel(y - 100 * u - 208 * v), channel(y + 516 * u), 255]);
            }
        }
    }
    out
}
