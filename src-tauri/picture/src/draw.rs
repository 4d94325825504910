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

/// How fast a [`Meadow`] goes by, in pixels a second.
const PAN: i64 = 120;

/// A strip of fine, irregular grey that goes by as a camera's pan over grass would: so that a test picture takes as many bits, and as much
/// work, as film does. Always the same.
#[derive(Clone, Debug)]
pub struct Meadow {
    /// One turn wide.
    rows: Vec<Vec<u8>>,
}

impl Meadow {
    /// A strip of so many rows, which comes round after `turn` pixels.
    pub fn new(turn: usize, height: usize) -> Self {
        let rows = (0..height).map(|y| (0..turn).map(|x| blade(x, y, turn)).collect()).collect();
        Self { rows }
    }

    /// Draws the strip as it lies at this time, from row `top` on.
    pub fn draw(&self, picture: &mut Picture, top: usize, micros: i64) {
        let Some(turn) = self.rows.first().map(Vec::len).filter(|turn| *turn > 0) else { return };
        let gone = micros.div_euclid(1_000).wrapping_mul(PAN).div_euclid(1_000).rem_euclid(turn as i64) as usize;
        let (stride, _, luma) = picture.plane_mut(Plane::Luma);
        for (row, strip) in luma.chunks_exact_mut(stride).skip(top).zip(&self.rows) {
            for (pixel, grey) in row.iter_mut().zip(strip.iter().cycle().skip(gone)) {
                *pixel = *grey;
            }
        }
        for plane in [Plane::Blue, Plane::Red] {
            let (stride, _, chroma) = picture.plane_mut(plane);
            for row in chroma.chunks_exact_mut(stride).skip(top / 2).take(self.rows.len() / 2) {
                row.fill(128);
            }
        }
    }
}

/// A pixel of the strip: noise of three sizes, one over the other, so that it is neither flat nor mere snow.
fn blade(x: usize, y: usize, turn: usize) -> u8 {
    let grain = |size: usize, weight: usize| usize::from(hash((x / size) % (turn / size).max(1), y / size + size)) * weight;
    (60 + (grain(16, 2) + grain(6, 1) + grain(2, 1)) / 8).min(235) as u8
}

/// A byte for a place, without a pattern that the eye finds.
fn hash(x: usize, y: usize) -> u8 {
    let mut mixed = (x as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (y as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    mixed ^= mixed >> 29;
    (mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 56) as u8
}
