//! The answer's SDP. `str0m` negotiates the two sections over which a peer publishes; the standing slots are written here, as
//! copies of those two that send instead of receive.
//!
//! In a bundle all sections share payload types, header extensions and transport (RFC 8843, sections 9 and 10.1), so that nothing
//! is left to negotiate. `str0m` never hears of the slots: what goes over them is `subscriber`'s.

use std::fmt::Write;

use str0m::media::MediaKind;

use crate::subscriber::Standing;

/// The parts of an answer to the two published sections: what goes before them, video, audio.
pub(crate) fn parts(published: &str) -> Option<[&str; 3]> {
    let first = published.find("m=video")?;
    let second = published.find("m=audio").filter(|audio| *audio > first)?;
    Some([published.get(..first)?, published.get(first..second)?, published.get(second..)?])
}

/// Completes the answer to the published sections with the slots; `bundle` is the bundle of the offer.
pub(crate) fn complete([head, video, audio]: [&str; 3], bundle: &str, slots: &[Standing]) -> String {
    let published = head.len() + video.len() + audio.len();
    let mut answer = String::with_capacity(published * (slots.len() + 2) / 2);
    for line in head.lines() {
        let line = if line.starts_with("a=group:BUNDLE ") { bundle } else { line };
        push(&mut answer, line);
    }
    answer.push_str(video);
    answer.push_str(audio);
    for slot in slots {
        let model = match slot.kind {
            MediaKind::Video => video,
            MediaKind::Audio => audio,
        };
        stand(&mut answer, model, slot);
    }
    answer
}

fn stand(answer: &mut String, model: &str, slot: &Standing) {
    let track = &slot.name;
    for line in model.lines() {
        let attribute = line.strip_prefix("a=").unwrap_or_default();
        if attribute.starts_with("candidate:") || attribute == "end-of-candidates" {
            continue; // a bundle has one transport, that of its first section
        }
        match attribute.split_once(':').map_or(attribute, |(name, _)| name) {
            "mid" => push(answer, &format!("a=mid:{}", slot.mid)),
            "msid" => push(answer, &format!("a=msid:{track} {track}")),
            "recvonly" => push(answer, "a=sendonly"),
            _ => push(answer, line),
        }
    }
    for ssrc in std::iter::once(slot.ssrc).chain(slot.rtx.map(|rtx| rtx.ssrc)) {
        push(answer, &format!("a=ssrc:{ssrc} cname:{track}"));
        push(answer, &format!("a=ssrc:{ssrc} msid:{track} {track}"));
    }
    if let Some(rtx) = slot.rtx {
        push(answer, &format!("a=ssrc-group:FID {} {}", slot.ssrc, rtx.ssrc));
    }
}

fn push(answer: &mut String, line: &str) {
    let _infallible = write!(answer, "{line}\r\n");
}
