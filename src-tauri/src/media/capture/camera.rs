//! A camera of the system, through nokhwa.

use houselights_picture::{Picture, PictureError, convert};
use nokhwa::pixel_format::RgbFormat;
use nokhwa::utils::{ApiBackend, CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType, Resolution};

use super::{Shot, SourceError, VideoSource};
use crate::ipc::{Device, FaultCause};
use crate::media::time;

/// What the camera is asked for; it gives what is closest.
const WANTED: (u32, u32, u32) = (1280, 720, 30);
const FORMATS: [FrameFormat; 3] = [FrameFormat::YUYV, FrameFormat::NV12, FrameFormat::RAWRGB];

/// The system's cameras; none when it cannot say.
pub(super) fn list() -> Vec<Device> {
    let cameras = nokhwa::query(ApiBackend::Auto).unwrap_or_default();
    cameras.iter().map(|info| Device { id: format!("camera:{}", info.index()), label: info.human_name() }).collect()
}

pub(super) struct Camera {
    inner: nokhwa::Camera,
    rate: u32,
}

impl Camera {
    pub(super) fn open(name: &str) -> Result<Self, SourceError> {
        let fault = |error| SourceError::of(FaultCause::Closed, error);
        let index = name.parse().map_or_else(|_| CameraIndex::String(name.to_owned()), CameraIndex::Index);
        let (width, height, rate) = WANTED;
        let closest = CameraFormat::new(Resolution::new(width, height), FrameFormat::YUYV, rate);
        let request = RequestedFormat::with_formats(RequestedFormatType::Closest(closest), &FORMATS);
        let any = RequestedFormat::new::<RgbFormat>(RequestedFormatType::None);
        let mut inner = match nokhwa::Camera::new(index.clone(), request) {
            Ok(camera) => camera,
            Err(_) => nokhwa::Camera::new(index, any).map_err(fault)?,
        };
        inner.open_stream().map_err(fault)?;
        let rate = inner.frame_rate().clamp(1, 60);
        Ok(Self { inner, rate })
    }
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
        let picture = convert(buffer.source_frame_format(), width, height, buffer.buffer())?;
        Ok(Some(Shot { picture, at }))
    }
}

fn convert(format: FrameFormat, width: usize, height: usize, bytes: &[u8]) -> Result<Picture, SourceError> {
    let converted: Result<Picture, PictureError> = match format {
        FrameFormat::YUYV => convert::from_yuyv(width, height, bytes),
        FrameFormat::NV12 => convert::from_nv12(width, height, bytes),
        FrameFormat::RAWRGB => convert::from_rgb(width, height, bytes),
        FrameFormat::MJPEG | FrameFormat::GRAY | FrameFormat::RAWBGR => {
            return Err(SourceError::of(FaultCause::Unreadable, format));
        }
    };
    converted.map_err(|error| SourceError::of(FaultCause::Unreadable, error))
}
