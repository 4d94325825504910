//! Coding, conversion and the burnt-in clock, on real pixels.

// A helper that fails fails its test.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use houselights_picture::vp8::{Decoder, Encoded, Encoder, EncoderSettings, Vp8Error};
use houselights_picture::{Picture, PictureError, clock, convert, draw};

const FRAME: Duration = Duration::from_micros(33_333);
/// 2026-11-22 20:00 UTC, in microseconds.
const NOW: i64 = 1_795_377_600_000_000;

fn settings(width: usize, height: usize, bitrate: u32) -> EncoderSettings {
    EncoderSettings { width, height, bitrate, speed: 8, threads: 1 }
}

/// What the test source shows.
fn scene(width: usize, height: usize, micros: i64) -> Picture {
    let mut picture = Picture::black(width, height).unwrap();
    draw::bars(&mut picture);
    draw::shuttle(&mut picture, micros);
    clock::burn(&mut picture, micros);
    picture
}

fn encode(encoder: &mut Encoder, picture: &Picture, number: u32) -> Encoded {
    encoder.encode(picture, FRAME * number, FRAME).unwrap().unwrap()
}

/// Peak signal-to-noise ratio of luma, in dB.
fn psnr(a: &Picture, b: &Picture) -> f64 {
    let error: f64 = a.luma().iter().zip(b.luma()).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
    10.0 * (255.0 * 255.0 * a.luma().len() as f64 / error.max(1.0)).log10()
}

#[test]
fn what_is_encoded_is_decoded_close_to_what_it_was() {
    let (mut encoder, mut decoder) = (Encoder::new(settings(640, 360, 900_000)).unwrap(), Decoder::new().unwrap());
    let mut worst = f64::MAX;
    for number in 0..60 {
        let picture = scene(640, 360, NOW + i64::from(number) * 33_333);
        let coded = encode(&mut encoder, &picture, number);
        assert_eq!(coded.key, number == 0);
        let back = decoder.decode(&coded.bytes).unwrap().unwrap();
        worst = worst.min(psnr(&picture, &back));
    }
    assert!(worst > 28.0, "{worst} dB");
}

#[test]
fn the_bitrate_is_kept_and_can_be_changed() {
    let mut encoder = Encoder::new(settings(640, 360, 800_000)).unwrap();
    let rate = |encoder: &mut Encoder, from: u32| {
        let bytes: usize = (from..from + 90).map(|n| encode(encoder, &noisy(n), n).bytes.len()).skip(30).sum();
        bytes as u32 * 8 / 2
    };
    let before = rate(&mut encoder, 0);
    encoder.set_bitrate(300_000).unwrap();
    let after = rate(&mut encoder, 90);
    assert!((500_000..1_100_000).contains(&before), "{before}");
    assert!((180_000..450_000).contains(&after), "{after}");
}

/// A picture that takes bits: a checkerboard of random greys, a sixth of which is new in each picture.
fn noisy(number: u32) -> Picture {
    let grey = |x: usize, y: usize| {
        let cell = (x / 8 + y / 8 * 100) as u32;
        let age = (number + cell) / 6;
        ((cell ^ age << 16).wrapping_mul(2_654_435_761) >> 26) as u8 + 96
    };
    let mut bytes = vec![128_u8; 640 * 360 * 3 / 2];
    for (y, line) in bytes.chunks_exact_mut(640).take(360).enumerate() {
        for (x, pixel) in line.iter_mut().enumerate() {
            *pixel = grey(x, y);
        }
    }
    Picture::from_bytes(640, 360, bytes).unwrap()
}

#[test]
fn a_key_frame_comes_when_it_is_asked_for_and_starts_a_decoder() {
    let mut encoder = Encoder::new(settings(320, 180, 300_000)).unwrap();
    let keys: Vec<bool> = (0..20)
        .map(|number| {
            if number == 10 {
                encoder.request_key_frame();
            }
            let coded = encode(&mut encoder, &scene(320, 180, NOW), number);
            let decoded = Decoder::new().unwrap().decode(&coded.bytes);
            assert_eq!(decoded.is_ok_and(|picture| picture.is_some()), coded.key);
            coded.key
        })
        .collect();
    assert_eq!(keys.iter().filter(|key| **key).count(), 2);
    assert!(keys[0] && keys[10]);
}

#[test]
fn wrong_sides_and_rubbish_are_refused() {
    let mut encoder = Encoder::new(settings(320, 180, 300_000)).unwrap();
    let error = encoder.encode(&scene(640, 360, NOW), FRAME, FRAME).unwrap_err();
    assert!(matches!(error, Vp8Error::Sides { wanted: (320, 180), got: (640, 360) }));
    assert!(Encoder::new(settings(321, 180, 300_000)).is_err());
    assert_eq!(Picture::black(0, 2), Err(PictureError::Sides(0, 2)));
    assert_eq!(Picture::from_bytes(2, 2, vec![0; 5]), Err(PictureError::Bytes { wanted: 6, got: 5 }));
    let mut decoder = Decoder::new().unwrap();
    for bytes in [&[][..], &[0; 3], &[0xFF; 100]] {
        assert!(decoder.decode(bytes).is_err() || decoder.decode(bytes).unwrap().is_none());
    }
}

#[test]
fn the_clock_survives_encoding_at_400_kbit_a_second() {
    let (mut encoder, mut decoder) = (Encoder::new(settings(640, 360, 400_000)).unwrap(), Decoder::new().unwrap());
    for number in 0..120 {
        let at = NOW + i64::from(number) * 33_333;
        let coded = encode(&mut encoder, &scene(640, 360, at), number);
        let back = decoder.decode(&coded.bytes).unwrap().unwrap();
        assert_eq!(clock::read(&back), Some(at), "picture {number}");
        assert_eq!(clock::read_rgba(640, 360, &convert::to_rgba(&back)), Some(at), "picture {number}, as a canvas has it");
    }
}

#[test]
fn the_clock_is_read_at_every_size_and_from_nothing_else() {
    for (width, height) in [(320, 180), (640, 360), (960, 540), (1280, 720)] {
        assert_eq!(clock::read(&scene(width, height, NOW)), Some(NOW), "{width}x{height}");
    }
    assert_eq!(clock::read(&scene(640, 360, NOW).scaled(1280, 720).unwrap()), Some(NOW));
    assert_eq!(clock::read(&scene(1280, 720, NOW).scaled(640, 360).unwrap()), Some(NOW));
    assert_eq!(clock::read(&Picture::black(640, 360).unwrap()), None);
    let mut damaged = scene(640, 360, NOW);
    draw::fill(&mut damaged, (16 * 30, 0), (16 * 4, 16), [255, 255, 255]);
    assert_eq!(clock::read(&damaged), None);
    assert_eq!(clock::read_rgba(640, 360, &[0; 10]), None);
}

#[test]
fn the_clocks_geometry_is_as_documented() {
    let picture = scene(640, 360, NOW);
    let cell = |i: usize| picture.luma()[(i / 40 * 16 + 8) * 640 + i % 40 * 16 + 8];
    let preamble: Vec<u8> = (0..8).map(cell).collect();
    assert_eq!(preamble, [235, 16, 235, 16, 235, 235, 16, 16]);
    let micros = (8..64).fold(0_i64, |value, i| value << 1 | i64::from(cell(i) > 128));
    assert_eq!(micros, NOW);
}

#[test]
fn colours_survive_there_and_back() {
    for colour in [[255, 255, 255], [0, 0, 0], [200, 30, 40], [20, 180, 60], [30, 60, 220]] {
        let rgb: Vec<u8> = std::iter::repeat_n(colour, 16).flatten().collect();
        let back = convert::to_rgba(&convert::from_rgb(4, 4, &rgb).unwrap());
        for pixel in back.chunks_exact(4) {
            for (was, is) in colour.iter().zip(pixel) {
                assert!(was.abs_diff(*is) <= 4, "{colour:?} became {pixel:?}");
            }
        }
    }
}

#[test]
fn what_cameras_give_is_taken_apart_correctly() {
    let yuyv: Vec<u8> = [[10, 100, 20, 200], [30, 100, 40, 200], [50, 110, 60, 210], [70, 110, 80, 210]].concat();
    let picture = convert::from_yuyv(4, 2, &yuyv).unwrap();
    assert_eq!(picture.luma(), [10, 20, 30, 40, 50, 60, 70, 80]);
    assert_eq!(picture.chroma(), (&[105, 105][..], &[205, 205][..]));
    let nv12 = [1, 2, 3, 4, 5, 6, 7, 8, 100, 200, 101, 201];
    let picture = convert::from_nv12(4, 2, &nv12).unwrap();
    assert_eq!(picture.luma(), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(picture.chroma(), (&[100, 101][..], &[200, 201][..]));
    assert!(convert::from_yuyv(4, 2, &yuyv[1..]).is_err());
    assert!(convert::from_nv12(4, 2, &nv12[1..]).is_err());
    assert!(convert::from_rgb(4, 2, &[0; 23]).is_err());
}

#[test]
fn scaling_keeps_what_is_flat_flat_and_sizes_exact() {
    let mut picture = Picture::black(1280, 720).unwrap();
    draw::fill(&mut picture, (0, 0), (1280, 720), [120, 80, 200]);
    let (luma, blue, red) = convert::to_yuv(&[120, 80, 200]);
    for (width, height) in [(640, 360), (960, 540), (320, 180), (2, 2), (1920, 1080)] {
        let scaled = picture.scaled(width, height).unwrap();
        assert_eq!((scaled.width(), scaled.height()), (width, height));
        assert!(scaled.luma().iter().all(|value| *value == luma));
        assert!(scaled.chroma().0.iter().all(|value| *value == blue) && scaled.chroma().1.iter().all(|value| *value == red));
    }
    assert!(picture.scaled(641, 360).is_err());
}

#[test]
fn a_letterbox_keeps_proportions_and_a_crop_fills() {
    let mut picture = Picture::black(640, 480).unwrap();
    draw::fill(&mut picture, (0, 0), (640, 480), [255, 255, 255]);
    let boxed = picture.letterboxed(640, 360).unwrap();
    let row = &boxed.luma()[640 * 180..640 * 181];
    assert_eq!((row[0], row[79], row[81], row[320], row[558], row[562]), (16, 16, 235, 235, 235, 16));
    let cropped = picture.cropped(640, 360).unwrap();
    assert!(cropped.luma().iter().all(|value| *value == 235));
}

#[test]
fn the_meadow_goes_by_and_comes_round() {
    let meadow = draw::Meadow::new(640, 160);
    let at = |micros: i64| {
        let mut picture = Picture::black(320, 360).unwrap();
        meadow.draw(&mut picture, 200, micros);
        picture
    };
    let (before, after) = (at(NOW), at(NOW + 1_000_000));
    let row = |picture: &Picture, from: usize| picture.luma()[210 * 320 + from..210 * 320 + from + 200].to_vec();
    assert_eq!(row(&before, 120), row(&after, 0), "120 pixels a second");
    assert_ne!(row(&before, 0), row(&after, 0));
    assert!(at(NOW).luma() == at(NOW + 16_000_000).luma(), "640 pixels in five and a third seconds, three times");
    assert!(before.luma()[..200 * 320].iter().all(|luma| *luma == before.luma()[0]), "what is above stays");
}

#[test]
fn with_the_meadow_a_test_picture_is_as_much_work_as_film() {
    let meadow = draw::Meadow::new(1_280, 160);
    let bits = |grass: bool| {
        let mut encoder = Encoder::new(settings(640, 360, 900_000)).unwrap();
        let coded = |number: u32| {
            let micros = NOW + i64::from(number) * 33_333;
            let mut picture = scene(640, 360, micros);
            if grass {
                meadow.draw(&mut picture, 200, micros);
            }
            encode(&mut encoder, &picture, number).bytes.len()
        };
        (0..60).map(coded).skip(1).sum::<usize>()
    };
    let (plain, film) = (bits(false), bits(true));
    assert!(film > 4 * plain, "{plain} and {film} bytes");
}
