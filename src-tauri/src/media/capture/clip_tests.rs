use std::path::PathBuf;

use super::*;
use crate::media::encode::level;

fn fixture() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/media/big-buck-bunny-720p.webm")
}

/// Takes the next picture at the time when it is due.
fn picture(source: &mut ClipVideo) -> Shot {
    std::iter::from_fn(|| Some(source.take(source.due()).unwrap())).flatten().next().unwrap()
}

#[test]
fn the_clip_plays_in_real_time() {
    let mut source = ClipVideo::open(Clip::read(&fixture()).unwrap(), 7_000_000).unwrap();
    assert_eq!(source.rate(), 25);
    let first = picture(&mut source);
    assert_eq!((first.picture.width(), first.picture.height()), (1280, 720));
    let later = (0..10).map(|_| picture(&mut source)).last().unwrap();
    assert!((300_000..600_000).contains(&(later.at - first.at)), "{}", later.at - first.at);
    assert_ne!(first.picture, later.picture);
}

#[test]
fn laps_follow_each_other_without_end() {
    let clip = Clip::read(&fixture()).unwrap();
    let mut laps = Laps::new(clip.clone(), clip.video, 0).unwrap();
    let (mut ends, mut last, mut frames) = (0, i64::MIN, 0);
    while ends < 3 {
        match laps.next().unwrap() {
            Some((at, _)) => {
                assert!(at > last, "{at} after {last}");
                (last, frames) = (at, frames + 1);
            }
            None => ends += 1,
        }
    }
    assert!((5_200_000..5_500_000).contains(&clip.span), "{}", clip.span);
    assert_eq!(frames % 3, 0);
}

#[test]
fn the_clips_sound_is_there_and_goes_with_its_pictures() {
    let mut source = ClipAudio::open(Clip::read(&fixture()).unwrap(), 7_000_000).unwrap();
    let mut block: Block = [0.0; BLOCK_FRAMES * 2];
    let (mut loudest, mut last) = (127, None);
    // Two laps and a half: what is ready stays within a block and a packet, so sound does not run away from pictures.
    for _ in 0..650 {
        let at = source.take(source.due(), &mut block).unwrap();
        assert!(last.is_none_or(|last| at - last == BLOCK_MICROS));
        last = Some(at);
        loudest = loudest.min(level(&block));
        assert!(source.ready.len() <= 5760 * 2);
    }
    assert!(loudest < 60, "{loudest} dB below full scale");
}

#[test]
fn a_missing_clip_says_so() {
    let error = Clip::read(&PathBuf::from("/nowhere/at/all.webm")).unwrap_err();
    assert_eq!(error.cause, FaultCause::ClipMissing, "{error}");
    assert!(error.detail.is_some(), "the system says why");
}

#[test]
fn what_is_no_clip_says_so() {
    for bytes in [vec![], b"not a clip at all".to_vec(), vec![0; 10_000]] {
        let error = Clip::parse(bytes.into()).unwrap_err();
        assert_eq!(error.cause, FaultCause::ClipUnplayable, "{error}");
    }
}

#[test]
fn a_clip_that_breaks_off_plays_as_far_as_it_goes() {
    let bytes = std::fs::read(fixture()).unwrap();
    let clip = Clip::parse(bytes[..bytes.len() / 2].into()).unwrap();
    assert!((1_000_000..5_000_000).contains(&clip.span), "{}", clip.span);
    let mut source = ClipVideo::open(clip, 0).unwrap();
    picture(&mut source);
    // Nothing left but the head.
    assert!(Clip::parse(bytes[..400].into()).is_err());
}

#[test]
fn rubbish_inside_a_clip_is_survived() {
    let mut bytes = std::fs::read(fixture()).unwrap();
    for i in (2_000..bytes.len()).step_by(997) {
        bytes[i] ^= 0x5A;
    }
    if let Ok(clip) = Clip::parse(bytes.into())
        && let Ok(mut source) = ClipVideo::open(clip, 0)
    {
        for _ in 0..5 {
            let _ = source.take(source.due()).unwrap();
        }
    }
}

#[test]
fn only_files_are_clips_and_none_that_does_not_fit_into_memory() {
    assert_eq!(Clip::read(Path::new("/dev/zero")).unwrap_err().cause, FaultCause::ClipUnplayable);
    assert_eq!(Clip::read(&std::env::temp_dir()).unwrap_err().cause, FaultCause::ClipUnplayable);
    let large = std::env::temp_dir().join(format!("houselights-clip-{}", std::process::id()));
    Disk::create(&large).unwrap().set_len(MAX_BYTES + 1).unwrap();
    let read = Clip::read(&large);
    std::fs::remove_file(&large).unwrap();
    assert_eq!(read.unwrap_err().cause, FaultCause::ClipTooLarge);
}

#[test]
fn a_clip_whose_sound_holds_no_packet_says_so() {
    let mut clip = Clip::read(&fixture()).unwrap();
    // A track that the file names and never fills.
    clip.audio = Some(77);
    let mut source = ClipAudio::open(clip, 7_000_000).unwrap();
    let mut block: Block = [0.0; BLOCK_FRAMES * 2];
    assert_eq!(source.take(source.due(), &mut block).unwrap_err().cause, FaultCause::ClipLacks);
}
