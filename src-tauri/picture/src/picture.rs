//! The planar image that everything works on.

use thiserror::Error;

/// The largest side of a picture. Larger ones come from broken or hostile input.
pub(crate) const MAX_SIDE: usize = 8192;

/// Why there is no picture.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PictureError {
    /// A side is zero, odd, or larger than 8192.
    #[error("a picture of {0}x{1} cannot be")]
    Sides(usize, usize),
    /// The bytes do not fill the picture.
    #[error("{got} bytes instead of {wanted}")]
    Bytes {
        /// How many the sides ask for.
        wanted: usize,
        /// How many there were.
        got: usize,
    },
}

/// An I420 image: a full plane of luma, then two of chroma at half the width and height, without gaps. Studio range
/// (16 to 235), BT.601. The sides are even.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

/// Which plane of a [`Picture`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plane {
    Luma,
    Blue,
    Red,
}

impl Picture {
    /// A black picture.
    pub fn black(width: usize, height: usize) -> Result<Self, PictureError> {
        if width == 0 || height == 0 || width > MAX_SIDE || height > MAX_SIDE || !(width | height).is_multiple_of(2) {
            return Err(PictureError::Sides(width, height));
        }
        let mut bytes = vec![128; width * height * 3 / 2];
        if let Some(luma) = bytes.get_mut(..width * height) {
            luma.fill(16);
        }
        Ok(Self { width, height, bytes })
    }

    /// From I420 bytes without gaps.
    pub fn from_bytes(width: usize, height: usize, bytes: Vec<u8>) -> Result<Self, PictureError> {
        if width == 0 || height == 0 || width > MAX_SIDE || height > MAX_SIDE || !(width | height).is_multiple_of(2) {
            return Err(PictureError::Sides(width, height));
        }
        let wanted = width * height * 3 / 2;
        if bytes.len() != wanted {
            return Err(PictureError::Bytes { wanted, got: bytes.len() });
        }
        Ok(Self { width, height, bytes })
    }

    /// Its width in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Its height in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The three planes, one after the other.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The luma plane, `width` bytes a row.
    pub fn luma(&self) -> &[u8] {
        self.plane(Plane::Luma).2
    }

    /// The blue-difference and the red-difference plane, `width / 2` bytes a row.
    pub fn chroma(&self) -> (&[u8], &[u8]) {
        (self.plane(Plane::Blue).2, self.plane(Plane::Red).2)
    }

    /// Width, height and bytes of a plane.
    pub(crate) fn plane(&self, plane: Plane) -> (usize, usize, &[u8]) {
        let (start, width, height) = self.place(plane);
        (width, height, self.bytes.get(start..start + width * height).unwrap_or_default())
    }

    /// Width, height and bytes of a plane, to draw in.
    pub(crate) fn plane_mut(&mut self, plane: Plane) -> (usize, usize, &mut [u8]) {
        let (start, width, height) = self.place(plane);
        (width, height, self.bytes.get_mut(start..start + width * height).unwrap_or_default())
    }

    fn place(&self, plane: Plane) -> (usize, usize, usize) {
        let luma = self.width * self.height;
        match plane {
            Plane::Luma => (0, self.width, self.height),
            Plane::Blue => (luma, self.width / 2, self.height / 2),
            Plane::Red => (luma + luma / 4, self.width / 2, self.height / 2),
        }
    }

    /// The picture at another size, stretched. Halving is a box filter, everything else bilinear.
    pub fn scaled(&self, width: usize, height: usize) -> Result<Self, PictureError> {
        let mut out = Self::black(width, height)?;
        self.scale_into(&mut out, (0, 0), (width, height));
        Ok(out)
    }

    /// The picture inside `width` by `height` with its proportions kept and black bars around it.
    pub fn letterboxed(&self, width: usize, height: usize) -> Result<Self, PictureError> {
        if (width, height) == (self.width, self.height) {
            return Ok(self.clone());
        }
        let mut out = Self::black(width, height)?;
        let (inner_width, inner_height) = fitted((self.width, self.height), (width, height));
        let at = (((width - inner_width) / 2) & !1, ((height - inner_height) / 2) & !1);
        self.scale_into(&mut out, at, (inner_width, inner_height));
        Ok(out)
    }

    /// The largest part from the middle that has the proportions of `width` by `height`, at that size.
    pub fn cropped(&self, width: usize, height: usize) -> Result<Self, PictureError> {
        let (inner_width, inner_height) = fitted((width, height), (self.width, self.height));
        let (left, top) = (((self.width - inner_width) / 2) & !1, ((self.height - inner_height) / 2) & !1);
        let mut part = Self::black(inner_width, inner_height)?;
        for plane in [Plane::Luma, Plane::Blue, Plane::Red] {
            let shift = usize::from(plane != Plane::Luma);
            let (from_width, _, from) = self.plane(plane);
            let (to_width, _, to) = part.plane_mut(plane);
            let rows = from.chunks_exact(from_width).skip(top >> shift);
            for (to, from) in to.chunks_exact_mut(to_width).zip(rows) {
                let start = left >> shift;
                to.copy_from_slice(from.get(start..start + to_width).unwrap_or(to.to_vec().as_slice()));
            }
        }
        part.scaled(width, height)
    }

    fn scale_into(&self, out: &mut Self, at: (usize, usize), size: (usize, usize)) {
        for plane in [Plane::Luma, Plane::Blue, Plane::Red] {
            let shift = usize::from(plane != Plane::Luma);
            let from = self.plane(plane);
            let (stride, _, bytes) = out.plane_mut(plane);
            let (left, top) = (at.0 >> shift, at.1 >> shift);
            let (width, height) = (size.0 >> shift, size.1 >> shift);
            let rows = bytes.chunks_exact_mut(stride).skip(top).take(height);
            let rows = rows.filter_map(|row| row.get_mut(left..left + width));
            if (from.0, from.1) == (width * 2, height * 2) {
                halve(from, rows);
            } else {
                stretch(from, rows, (width, height));
            }
        }
    }
}

/// The largest even size with the proportions of `inner` that lies within `outer`.
fn fitted(inner: (usize, usize), outer: (usize, usize)) -> (usize, usize) {
    let by_width = (outer.0, (outer.0 * inner.1 / inner.0).max(2) & !1);
    if by_width.1 <= outer.1 { by_width } else { ((outer.1 * inner.0 / inner.1).max(2) & !1, outer.1) }
}

fn halve<'a>((width, _, from): (usize, usize, &[u8]), rows: impl Iterator<Item = &'a mut [u8]>) {
    for (row, pair) in rows.zip(from.chunks_exact(width * 2)) {
        let (upper, lower) = pair.split_at(width);
        for ((to, a), b) in row.iter_mut().zip(upper.chunks_exact(2)).zip(lower.chunks_exact(2)) {
            let sum: u16 = a.iter().chain(b).map(|&v| u16::from(v)).sum();
            *to = ((sum + 2) >> 2) as u8;
        }
    }
}

fn stretch<'a>(from: (usize, usize, &[u8]), rows: impl Iterator<Item = &'a mut [u8]>, (width, height): (usize, usize)) {
    let (from_width, from_height, bytes) = from;
    let across = steps(from_width, width);
    let down = steps(from_height, height);
    let last_row = (from_height - 1) * from_width;
    for (row, &(y, fy)) in rows.zip(&down) {
        let start = y * from_width;
        let upper = bytes.get(start..start + from_width).unwrap_or_default();
        let next = (start + from_width).min(last_row);
        let lower = bytes.get(next..next + from_width).unwrap_or_default();
        for (to, &(x, fx)) in row.iter_mut().zip(&across) {
            let right = (x + 1).min(from_width - 1);
            let pick = |line: &[u8], at: usize| u32::from(line.get(at).copied().unwrap_or(16));
            let top = pick(upper, x) * (256 - fx) + pick(upper, right) * fx;
            let bottom = pick(lower, x) * (256 - fx) + pick(lower, right) * fx;
            *to = ((top * (256 - fy) + bottom * fy + 0x8000) >> 16) as u8;
        }
    }
}

/// For each target position the source position and the weight of its successor, in 1/256.
fn steps(from: usize, to: usize) -> Vec<(usize, u32)> {
    (0..to)
        .map(|i| {
            let middle = ((2 * i + 1) * from * 128 / to).saturating_sub(128);
            ((middle >> 8).min(from - 1), (middle & 255) as u32)
        })
        .collect()
}
