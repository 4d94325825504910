//! Which camera is which. Numbers change when cameras are pulled out and plugged in; Linux has names that stay. The other
//! systems' names stay by themselves.

use nokhwa::utils::CameraIndex;

/// A name that stays, and the number of the device that it stands for now.
pub(super) type Link = (String, u32);

/// The name that stays of the camera with this number. Of two cameras that tell themselves apart by nothing only one has it.
pub(super) fn stable(index: u32, links: &[Link]) -> Option<&str> {
    links.iter().find(|(_, stands_for)| *stands_for == index).map(|(name, _)| name.as_str())
}

/// The camera of this name, if it is there.
pub(super) fn find(name: &str) -> Option<CameraIndex> {
    let Ok(index) = name.parse() else { return system::by_name(name) };
    system::is_there(index).then_some(CameraIndex::Index(index))
}

pub(super) use system::{captures, links};

#[cfg(target_os = "linux")]
mod system {
    use std::{fs, path::Path};

    use v4l::capability::Flags;

    use super::{CameraIndex, Link};

    const NAMES: &str = "/dev/v4l/by-id";

    /// The names there are.
    pub(in super::super) fn links() -> Vec<Link> {
        links_in(Path::new(NAMES))
    }

    pub(super) fn links_in(folder: &Path) -> Vec<Link> {
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let link = |entry: fs::DirEntry| {
            let name = entry.file_name().into_string().ok()?;
            let node = fs::canonicalize(entry.path()).ok()?;
            Some((name, node.file_name()?.to_str()?.strip_prefix("video")?.parse().ok()?))
        };
        let mut links: Vec<Link> = entries.filter_map(|entry| link(entry.ok()?)).collect();
        links.sort();
        links
    }

    pub(super) fn by_name(name: &str) -> Option<CameraIndex> {
        links().into_iter().find(|(known, _)| known == name).map(|(_, index)| CameraIndex::Index(index))
    }

    pub(super) fn is_there(index: u32) -> bool {
        Path::new(&format!("/dev/video{index}")).exists()
    }

    /// Whether it gives pictures: many cameras have a second device for what they say about them. One that cannot be asked
    /// is left to be tried.
    pub(in super::super) fn captures(index: u32) -> bool {
        let asked = v4l::Device::new(index as usize).and_then(|device| device.query_caps());
        asked.map_or(true, |answer| answer.capabilities.contains(Flags::VIDEO_CAPTURE))
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::{CameraIndex, Link};

    pub(in super::super) fn links() -> Vec<Link> {
        Vec::new()
    }

    pub(super) fn by_name(name: &str) -> Option<CameraIndex> {
        Some(CameraIndex::String(name.to_owned()))
    }

    /// That one is not there shows when it is opened.
    pub(super) fn is_there(_: u32) -> bool {
        true
    }

    pub(in super::super) fn captures(_: u32) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_goes_by_the_name_that_stays_where_it_has_one() {
        let links = [("usb-Maker_Cam-video-index0".to_owned(), 2)];
        assert_eq!(stable(2, &links), Some("usb-Maker_Cam-video-index0"));
        assert_eq!(stable(0, &links), None, "it goes by its number");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_not_there_is_not_found() {
        assert_eq!((find("9999"), find("usb-Nobody-video-index0")), (None, None));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_are_links_to_devices() {
        let folder = std::env::temp_dir().join(format!("houselights-nodes-{}", houselights_shared::RoomId::random()));
        std::fs::create_dir_all(folder.join("by-id")).unwrap();
        std::fs::write(folder.join("video7"), "").unwrap();
        for (name, node) in [("usb-B", "../video7"), ("usb-A", "../video7"), ("gone", "../video8"), ("odd", "../by-id")] {
            std::os::unix::fs::symlink(node, folder.join("by-id").join(name)).unwrap();
        }
        let links = system::links_in(&folder.join("by-id"));
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(links, [("usb-A".to_owned(), 7), ("usb-B".to_owned(), 7)]);
    }
}
