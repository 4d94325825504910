//! Drawing without text: what the test source shows.

use crate::picture::Plane;
use crate::{Picture, convert};

/// Fills a rectangle with a colour; what lies outside the picture is left out. Chroma is filled to even positions.
pub fn fill(picture: &mut Picture, (left, top): (usize, usize), (width, height): (usize, usize), rgb: [u8; 3]) {
    let (luma, blue, red) = convert::to_yuv(&rgb);
    for (plane, value) in [(Plane::Luma, luma), (Plane::Blue, blue), (Plane::Red, red)] {
        let shift = usize::from(plane != Plane::Luma);
        let (stride, _, bytes) = picture.plane_mut(plane);
        let end = ((left + width) >> shift).min(stride);
        let rows = bytes.chunks_exact_mut(stride).skip(top >> shift).take(height.div_ceil(1 << shift));
        for row in rows.filter_map(|row| row.get_mut(left >> shift..end)) {
            row.fill(value);
        }
    }
}

/// The colours of the bars, from left to right.
const BARS: [[u8; 3]; 7] =
    [[191, 191, 191], [191, 191, 0], [0, 191, 191], [0, 191, 0], [191, 0, 191], [191, 0, 0], [0, 0, 191]];

/// Seven bars of colour over the whole picture.
pub fn bars(picture: &mut Picture) {
    let (width, height) = (picture.width(), picture.height());
    for (i, colour) in BARS.into_iter().enumerate() {
        let left = (width * i / BARS.len()) & !1;
        let right = (width * (i + 1) / BARS.len()).next_multiple_of(2);
        fill(picture, (left, 0), (right - left, height), colour);
    }
}

/// A light block that crosses the picture once every four seconds, so that one sees that the picture moves.
pub fn shuttle(picture: &mut Picture, micros: i64) {
    let side = (picture.height() / 6) & !1;
    let path = picture.width().saturating_sub(side);
    let phase = micros.rem_euclid(4_000_000) as usize;
    let left = (path * phase / 4_000_000) & !1;
    let top = (picture.height() * 2 / 3) & !1;
    fill(picture, (left, top), (side, side), [255, 236, 179]);
}
