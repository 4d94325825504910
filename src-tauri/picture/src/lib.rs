//! Pictures and their coding: the safe wrapper around libvpx, and the arithmetic on pixels.
//!
//! This is the only crate with `unsafe` code, all of it in [`vp8`] and all of it calls into libvpx. Everything above works on
//! [`Picture`], a planar I420 image with even sides. The [`clock`] is how sound and glass-to-glass figures are measured.

pub mod clock;
pub mod convert;
pub mod draw;
mod picture;
pub mod vp8;

pub use picture::{Picture, PictureError};
