//! The burnt-in clock: a strip that machines read, holding the time at which a picture was made.
//!
//! # Geometry
//! The strip is the top of the picture, over its whole width: 2 rows of 40 square cells. A cell's side is `width / 40` pixels
//! (16 at 640, 32 at 1280), so at 640 and 1280 cells lie on the macroblocks of VP8. Cell `i` (0 to 79) has its upper left
//! corner at `((i % 40) * side, (i / 40) * side)`. A white cell (luma 235) is a 1, a black one (luma 16) a 0; no colour.
//!
//! | cells | what |
//! |---|---|
//! | 0 to 7 | `1 0 1 0 1 1 0 0` (0xAC): where the strip is looked for, and the levels of white and black |
//! | 8 to 63 | microseconds since 1970-01-01 00:00 UTC, 56 bits, the most significant first |
//! | 64 to 79 | CRC-16/CCITT-FALSE of the seven bytes in cells 8 to 63 (polynomial 0x1021, start 0xFFFF, no reflection, no final xor), 16 bits, the most significant first |
//!
//! # Reading
//! 1. The level of a cell is the mean brightness of its middle: from a quarter to three quarters of the side, both ways. From
//!    a canvas the green channel will do.
//! 2. The threshold lies halfway between the mean of the preamble's four white cells and that of its four black ones. They have to be
//!    at least 40 (of 255) apart and the preamble has to read 0xAC; otherwise there is no clock.
//! 3. A cell above the threshold is a 1. The checksum must hold.
//!
//! In JavaScript, `image = context.getImageData(0, 0, w, h)` of a canvas on which the frame was drawn to fill it:
//! ```js
//! export function readClock({ data, width }) {           // RGBA; returns microseconds, or null
//!   const side = width / 40, levels = new Float64Array(80);
//!   for (let i = 0; i < 80; i++) {
//!     const x0 = Math.floor(((i % 40) + 0.25) * side), y0 = Math.floor((Math.floor(i / 40) + 0.25) * side);
//!     const n = Math.max(1, Math.floor(side / 2));
//!     let sum = 0;
//!     for (let y = y0; y < y0 + n; y++) for (let x = x0; x < x0 + n; x++) sum += data[(y * width + x) * 4 + 1];
//!     levels[i] = sum / (n * n);
//!   }
//!   const white = (levels[0] + levels[2] + levels[4] + levels[5]) / 4;
//!   const black = (levels[1] + levels[3] + levels[6] + levels[7]) / 4;
//!   if (white - black < 40) return null;
//!   const bytes = Array.from({ length: 10 }, (_, b) =>
//!     [0, 1, 2, 3, 4, 5, 6, 7].reduce((v, k) => v * 2 + (levels[b * 8 + k] > (white + black) / 2 ? 1 : 0), 0));
//!   if (bytes[0] !== 0xac) return null;
//!   let crc = 0xffff;
//!   for (const byte of bytes.slice(1, 8)) {
//!     crc ^= byte << 8;
//!     for (let k = 0; k < 8; k++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
//!   }
//!   if (crc !== bytes[8] * 256 + bytes[9]) return null;
//!   return bytes.slice(1, 8).reduce((v, b) => v * 256 + b, 0);   // below 2^53 until the year 2255
//! }
//! ```

use crate::Picture;
use crate::picture::Plane;

/// Cells a row.
pub const COLUMNS: usize = 40;
/// Cells of the whole strip.
pub const CELLS: usize = 80;
/// What the first eight cells read.
pub const PREAMBLE: u8 = 0xAC;
/// How far white and black have to be apart.
const CONTRAST: f64 = 40.0;

/// Burns a time into the top of a picture. Pictures narrower than 80 pixels or without room for two rows stay as they are.
pub fn burn(picture: &mut Picture, micros: i64) {
    let side = picture.width() / COLUMNS;
    if side < 2 || picture.height() < side * 2 {
        return;
    }
    let bytes = encode(micros);
    let luma = |cell: usize| {
        let byte = bytes.get(cell / 8).copied().unwrap_or(0);
        if byte >> (7 - cell % 8) & 1 == 1 { 235 } else { 16 }
    };
    let (stride, _, plane) = picture.plane_mut(Plane::Luma);
    for (y, row) in plane.chunks_exact_mut(stride).take(side * 2).enumerate() {
        for (column, cell) in row.chunks_exact_mut(side).take(COLUMNS).enumerate() {
            cell.fill(luma(y / side * COLUMNS + column));
        }
    }
    for chroma in [Plane::Blue, Plane::Red] {
        let (stride, _, plane) = picture.plane_mut(chroma);
        for row in plane.chunks_exact_mut(stride).take(side) {
            row.fill(128);
        }
    }
}

/// Reads the time back from a decoded picture.
pub fn read(picture: &Picture) -> Option<i64> {
    read_with(picture.width(), picture.height(), |x, y| picture.luma().get(y * picture.width() + x).copied())
}

/// Reads the time back from `R G B A` pixels, as a canvas has them.
pub fn read_rgba(width: usize, height: usize, rgba: &[u8]) -> Option<i64> {
    read_with(width, height, |x, y| rgba.get((y * width + x) * 4 + 1).copied())
}

fn read_with(width: usize, height: usize, brightness: impl Fn(usize, usize) -> Option<u8>) -> Option<i64> {
    let side = width as f64 / COLUMNS as f64;
    if side < 2.0 || (height as f64) < side * 2.0 {
        return None;
    }
    let mut levels = [0.0; CELLS];
    let span = ((side / 2.0) as usize).max(1);
    for (cell, level) in levels.iter_mut().enumerate() {
        let left = (((cell % COLUMNS) as f64 + 0.25) * side) as usize;
        let top = (((cell / COLUMNS) as f64 + 0.25) * side) as usize;
        let mut sum = 0.0;
        for y in top..top + span {
            for x in left..left + span {
                sum += f64::from(brightness(x, y)?);
            }
        }
        *level = sum / (span * span) as f64;
    }
    let mean = |bit: u8| {
        let of_bit = levels.iter().take(8).enumerate().filter(|(cell, _)| PREAMBLE >> (7 - cell) & 1 == bit);
        of_bit.map(|(_, level)| level).sum::<f64>() / 4.0
    };
    let (white, black) = (mean(1), mean(0));
    if white - black < CONTRAST {
        return None;
    }
    let threshold = f64::midpoint(white, black);
    let mut bytes = [0_u8; CELLS / 8];
    for (byte, cells) in bytes.iter_mut().zip(levels.chunks_exact(8)) {
        *byte = cells.iter().fold(0, |byte, &level| byte << 1 | u8::from(level > threshold));
    }
    decode(bytes)
}

fn encode(micros: i64) -> [u8; CELLS / 8] {
    // The uppermost byte of the time is zero until the year 4253 and gives its place to the preamble.
    let [_, time @ ..] = micros.to_be_bytes();
    let mut bytes = [PREAMBLE; CELLS / 8];
    let [_, middle @ .., high, low] = &mut bytes;
    *middle = time;
    [*high, *low] = checksum(time).to_be_bytes();
    bytes
}

fn decode([preamble, time @ .., high, low]: [u8; CELLS / 8]) -> Option<i64> {
    let holds = preamble == PREAMBLE && checksum(time) == u16::from_be_bytes([high, low]);
    holds.then_some(time.iter().fold(0, |micros, &byte| micros << 8 | i64::from(byte)))
}

/// CRC-16/CCITT-FALSE.
fn checksum(bytes: [u8; 7]) -> u16 {
    bytes.into_iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ u16::from(byte) << 8, |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 })
    })
}
