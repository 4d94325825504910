//! A camera of the system, through nokhwa.

mod format;
mod nodes;

use houselights_picture::{Picture, PictureError, convert};
use image::codecs::jpeg::JpegDecoder;
use image::{ColorType, ImageDecoder};
use nokhwa::utils::{ApiBackend, CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType};

use super::{Shot, SourceError, VideoSource};
use crate::ipc::{Device, FaultCause};
use crate::media::time;

/// Formats that are tried before the camera is given up: what a driver lists it does not always take.
const TRIES: usize = 8;
/// Broken pictures in a row that are passed over. A cable that is moved breaks some.
const BROKEN: u32 = 60;

/// The system's cameras; none when it cannot say.
pub(super) fn list() -> Vec<Device> {
    let mut cameras = nokhwa::query(ApiBackend::Auto).unwrap_or_default();
    cameras.retain(|camera| camera.index().as_index().map_or(true, nodes::captures));
    cameras.sort_by(|one, other| one.index().cmp(other.index()));
    let links = nodes::links();
    let name = |index: &CameraIndex| {
        let known = index.as_index().ok().and_then(|index| nodes::stable(index, &links));
        known.map_or_else(|| index.as_string(), ToOwned::to_owned)
    };
    cameras.iter().map(|info| Device { id: format!("camera:{}", name(info.index())), label: info.human_name() }).collect()
}

pub(super) struct Camera {
    inner: nokhwa::Camera,
    rate: u32,
    /// Broken pictures in a row.
    broken: u32,
}

impl Camera {
    pub(super) fn open(name: &str) -> Result<Self, SourceError> {
        let fault = |error| SourceError::of(FaultCause::Closed, error);
        let index = nodes::find(name).ok_or(SourceError { cause: FaultCause::Missing, detail: None })?;
        // Whatever comes first: what it has can only be asked of one that is open.
        let any = RequestedFormat::with_formats(RequestedFormatType::None, &format::READABLE);
        let mut inner = nokhwa::Camera::new(index, any).map_err(fault)?;
        let offered = inner.compatible_camera_formats().unwrap_or_default();
        for wanted in format::from_the_best(offered).into_iter().take(TRIES) {
            if set(&mut inner, wanted) {
                break;
            }
        }
        inner.open_stream().map_err(fault)?;
        let rate = inner.frame_rate().clamp(1, 60);
        tracing::debug!(format = %inner.camera_format(), "a camera is open");
        Ok(Self { inner, rate, broken: 0 })
    }
}

/// Whether the camera took the format.
fn set(camera: &mut nokhwa::Camera, wanted: CameraFormat) -> bool {
    let formats = [wanted.format()];
    let exactly = RequestedFormat::with_formats(RequestedFormatType::Exact(wanted), &formats);
    camera.camera_format() == wanted || camera.set_camera_requset(exactly).is_ok()
}

impl VideoSource for Camera {
    fn rate(&self) -> u32 {
        self.rate
    }

    fn due(&self) -> i64 {
        0
    }

    fn take(&mut self, _: i64) -> Result<Option<Shot>, SourceError> {
        let buffer = self.inner.frame().map_err(|error| SourceError::of(FaultCause::Stopped, error))?;
        let at = time::now();
        let (width, height) = (buffer.resolution().width() as usize, buffer.resolution().height() as usize);
        match convert(buffer.source_frame_format(), (width, height), buffer.buffer()) {
            Ok(picture) => {
                self.broken = 0;
                Ok(Some(Shot { picture, at }))
            }
            Err(_) if self.broken < BROKEN => {
                self.broken += 1;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

fn convert(format: FrameFormat, (width, height): (usize, usize), bytes: &[u8]) -> Result<Picture, SourceError> {
    let converted: Result<Picture, PictureError> = match format {
        FrameFormat::YUYV => convert::from_yuyv(width, height, bytes),
        FrameFormat::NV12 => convert::from_nv12(width, height, bytes),
        FrameFormat::RAWRGB => convert::from_rgb(width, height, bytes),
        FrameFormat::MJPEG => return from_jpeg((width, height), bytes),
        FrameFormat::GRAY | FrameFormat::RAWBGR => return Err(SourceError::of(FaultCause::Unreadable, format)),
    };
    converted.map_err(|error| SourceError::of(FaultCause::Unreadable, error))
}

/// A picture of motion JPEG, of the size that the camera was set to.
fn from_jpeg((width, height): (usize, usize), bytes: &[u8]) -> Result<Picture, SourceError> {
    let unreadable = |error: &dyn std::fmt::Display| SourceError::of(FaultCause::Unreadable, error);
    let decoder = JpegDecoder::new(std::io::Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let (has, colours) = (decoder.dimensions(), decoder.color_type());
    if (has.0 as usize, has.1 as usize) != (width, height) || colours != ColorType::Rgb8 {
        return Err(unreadable(&format_args!("{}x{} {colours:?} instead of {width}x{height}", has.0, has.1)));
    }
    let mut pixels = vec![0; width * height * 3];
    decoder.read_image(&mut pixels).map_err(|error| unreadable(&error))?;
    convert::from_rgb(width, height, &pixels).map_err(|error| unreadable(&error))
}

#[cfg(test)]
mod tests {
    use houselights_picture::convert::to_rgba;
    use image::ExtendedColorType;
    use image::codecs::jpeg::JpegEncoder;

    use super::*;

    /// Red on the left, blue on the right.
    fn jpeg(width: usize, height: usize) -> Vec<u8> {
        let pixel = |at: usize| if at % width < width / 2 { [200, 20, 20] } else { [20, 20, 200] };
        let pixels: Vec<u8> = (0..width * height).flat_map(pixel).collect();
        let mut out = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut out, 95);
        encoder.encode(&pixels, width as u32, height as u32, ExtendedColorType::Rgb8).unwrap();
        out
    }

    #[test]
    fn a_picture_of_motion_jpeg_keeps_its_colours() {
        let picture = convert(FrameFormat::MJPEG, (64, 32), &jpeg(64, 32)).unwrap();
        let rgba = to_rgba(&picture);
        let near = |at: usize, wanted: [u8; 3]| {
            let pixel = &rgba[at * 4..at * 4 + 3];
            assert!(pixel.iter().zip(wanted).all(|(&is, wanted)| is.abs_diff(wanted) < 12), "{pixel:?}, {wanted:?}");
        };
        near(64 * 16 + 8, [200, 20, 20]);
        near(64 * 16 + 56, [20, 20, 200]);
    }

    #[test]
    fn what_is_no_picture_of_the_size_that_was_set_is_refused() {
        let good = jpeg(64, 32);
        for (size, bytes) in [((32, 32), &good[..]), ((64, 32), &good[..20]), ((64, 32), b"rubbish"), ((64, 32), &[])] {
            let error = convert(FrameFormat::MJPEG, size, bytes).unwrap_err();
            assert_eq!(error.cause, FaultCause::Unreadable);
        }
        assert!(convert(FrameFormat::YUYV, (64, 32), &[0; 64]).is_err());
    }
}
