//! Which of a camera's formats is taken.

use std::cmp::Reverse;

use nokhwa::utils::{CameraFormat, FrameFormat};

/// What can be read.
pub(super) const READABLE: [FrameFormat; 4] = [FrameFormat::YUYV, FrameFormat::NV12, FrameFormat::RAWRGB, FrameFormat::MJPEG];

/// The largest that is of use: more is not sent.
const LARGEST: (u32, u32) = (1280, 720);
/// Pictures a second that look like motion, those that still do somewhat, and those that are wanted.
const SMOOTH: u32 = 24;
const PASSABLE: u32 = 15;
const WANTED: u32 = 30;

/// What can be read of what a camera offers, the best first: smooth before large, then as large as is of use, then as near
/// to 30 pictures a second as it goes, then what takes the least work.
pub(super) fn from_the_best(mut offered: Vec<CameraFormat>) -> Vec<CameraFormat> {
    let even = |format: &CameraFormat| (format.width() | format.height()).is_multiple_of(2);
    offered.retain(|format| READABLE.contains(&format.format()) && format.width() * format.height() > 0 && even(format));
    offered.sort_by_key(|format| Reverse(worth(*format)));
    offered.dedup();
    offered
}

/// More is better, the first that differs decides.
fn worth(format: CameraFormat) -> (u8, bool, i64, Reverse<u32>, u8) {
    let rate = format.frame_rate();
    let motion = u8::from(rate >= PASSABLE) + u8::from(rate >= SMOOTH);
    let fits = format.width() <= LARGEST.0 && format.height() <= LARGEST.1;
    let pixels = i64::from(format.width()) * i64::from(format.height());
    let size = if fits { pixels } else { -pixels };
    let ease = match format.format() {
        FrameFormat::NV12 => 3,
        FrameFormat::YUYV => 2,
        FrameFormat::RAWRGB => 1,
        FrameFormat::MJPEG | FrameFormat::GRAY | FrameFormat::RAWBGR => 0,
    };
    (motion, fits, size, Reverse(rate.abs_diff(WANTED)), ease)
}

#[cfg(test)]
mod tests {
    use nokhwa::utils::Resolution;

    use super::*;

    fn format(width: u32, height: u32, format: FrameFormat, rate: u32) -> CameraFormat {
        CameraFormat::new(Resolution::new(width, height), format, rate)
    }

    fn best(offered: &[CameraFormat]) -> Option<CameraFormat> {
        from_the_best(offered.to_vec()).first().copied()
    }

    #[test]
    fn a_usual_webcam_gives_its_smooth_720_lines_and_not_its_slow_ones() {
        let smooth = format(1280, 720, FrameFormat::MJPEG, 30);
        let offered = [
            format(640, 480, FrameFormat::YUYV, 30),
            format(1280, 720, FrameFormat::YUYV, 10),
            format(1920, 1080, FrameFormat::YUYV, 5),
            format(1920, 1080, FrameFormat::MJPEG, 30),
            format(1280, 720, FrameFormat::MJPEG, 60),
            smooth,
        ];
        assert_eq!(best(&offered), Some(smooth));
    }

    #[test]
    fn smooth_goes_before_large() {
        let small = format(640, 480, FrameFormat::YUYV, 25);
        assert_eq!(best(&[format(1280, 720, FrameFormat::YUYV, 10), small]), Some(small));
        let passable = format(1280, 720, FrameFormat::YUYV, 20);
        assert_eq!(best(&[passable, format(320, 240, FrameFormat::YUYV, 10)]), Some(passable));
    }

    #[test]
    fn no_more_is_taken_than_is_sent() {
        let enough = format(960, 540, FrameFormat::NV12, 30);
        assert_eq!(best(&[format(1920, 1080, FrameFormat::NV12, 30), enough]), Some(enough));
        let least = format(1920, 1080, FrameFormat::NV12, 30);
        assert_eq!(best(&[format(3840, 2160, FrameFormat::NV12, 30), least]), Some(least), "nothing smaller is there");
    }

    #[test]
    fn of_the_same_picture_the_one_that_takes_least_work_is_taken() {
        let offered = READABLE.map(|kind| format(1280, 720, kind, 30));
        assert_eq!(best(&offered).map(|format| format.format()), Some(FrameFormat::NV12));
        assert_eq!(best(&offered[2..]).map(|format| format.format()), Some(FrameFormat::RAWRGB));
    }

    #[test]
    fn what_cannot_be_read_is_not_taken() {
        let offered = [
            format(1280, 720, FrameFormat::GRAY, 30),
            format(1280, 720, FrameFormat::RAWBGR, 30),
            format(641, 480, FrameFormat::YUYV, 30),
            format(0, 480, FrameFormat::YUYV, 30),
        ];
        assert_eq!(best(&offered), None);
    }
}
