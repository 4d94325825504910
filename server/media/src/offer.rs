//! Offers at the edge: what is read of an SDP before anything else sees it.
//!
//! Candidates are cut out: an ICE-lite server has no use for them (RFC 8445, section 2.5), and nothing is ever sent to an
//! address that a peer merely names.

use houselights_shared::{AUDIO_SLOTS, MAX_SDP_BYTES, Refusal, VIDEO_SLOTS};

/// An offer that has the shape which `houselights_shared::MediaOffer` describes.
#[derive(Debug)]
pub(crate) struct Offer {
    /// The SDP of the two published sections alone, without candidates.
    pub(crate) published: String,
    /// The line that bundles all sections.
    pub(crate) bundle: String,
    /// The sections, in order: the two published ones, then the slots.
    pub(crate) sections: Vec<Offered>,
}

/// What is known of a section.
#[derive(Debug)]
pub(crate) struct Offered {
    pub(crate) mid: String,
    formats: Vec<u8>,
}

impl Offered {
    /// Whether the section knows a payload type.
    pub(crate) fn takes(&self, payload_type: u8) -> bool {
        self.formats.contains(&payload_type)
    }
}

/// So many sections are published; the others are slots.
const PUBLISHED: usize = 2;

/// The order of the sections: kind and direction, as the offerer sees it.
fn expected() -> impl Iterator<Item = (&'static str, &'static str)> {
    [("video", "sendonly"), ("audio", "sendonly")]
        .into_iter()
        .chain(std::iter::repeat_n(("video", "recvonly"), VIDEO_SLOTS))
        .chain(std::iter::repeat_n(("audio", "recvonly"), AUDIO_SLOTS))
}

/// The longest `mid`, as the header extension that carries it allows (RFC 8843, section 15).
const MAX_MID_BYTES: usize = 16;

#[derive(Default)]
struct Section<'a> {
    kind: &'a str,
    direction: &'a str,
    mid: &'a str,
    formats: Vec<u8>,
    muxed: bool,
    transport: Transport<'a>,
}

#[derive(Default)]
struct Transport<'a> {
    fingerprint: Option<&'a str>,
    ufrag: Option<&'a str>,
    pwd: Option<&'a str>,
}

impl<'a> Transport<'a> {
    fn read(&mut self, attribute: &'a str) {
        if let Some(value) = attribute.strip_prefix("fingerprint:") {
            self.fingerprint = Some(value);
        } else if let Some(value) = attribute.strip_prefix("ice-ufrag:") {
            self.ufrag = Some(value);
        } else if let Some(value) = attribute.strip_prefix("ice-pwd:") {
            self.pwd = Some(value);
        }
    }
}

impl Offer {
    /// Reads an offer, or says why not.
    pub(crate) fn read(sdp: &str) -> Result<Self, Refusal> {
        if sdp.len() > MAX_SDP_BYTES {
            return Err(Refusal::TooLarge);
        }
        parse(sdp).ok_or(Refusal::MediaUnacceptable)
    }
}

fn parse(sdp: &str) -> Option<Offer> {
    if !sdp.starts_with("v=0") || sdp.chars().any(|c| c.is_control() && c != '\r' && c != '\n') {
        return None;
    }
    let mut session = Transport::default();
    let mut bundle = None;
    let mut sections: Vec<Section<'_>> = Vec::new();
    let mut published = String::with_capacity(sdp.len() / 4);
    for line in sdp.lines() {
        let attribute = line.strip_prefix("a=").unwrap_or_default();
        if ["candidate:", "remote-candidates:", "end-of-candidates"].iter().any(|name| attribute.starts_with(name)) {
            continue;
        }
        if attribute == "ice-lite" {
            return None;
        }
        if let Some(media) = line.strip_prefix("m=") {
            sections.push(open_section(media)?);
        } else if let Some(section) = sections.last_mut() {
            read_attribute(section, attribute);
        } else if let Some(mids) = attribute.strip_prefix("group:BUNDLE ") {
            bundle = bundle.or(Some(mids));
            let mut mids = mids.split(' ');
            published.extend(["a=group:BUNDLE ", mids.next()?, " ", mids.next()?, "\r\n"]);
            continue;
        } else {
            session.read(attribute);
        }
        if sections.len() <= PUBLISHED {
            published.push_str(line);
            published.push_str("\r\n");
        }
    }
    let bundle = bundle?;
    check(&session, bundle, &sections)?;
    let sections = sections.into_iter().map(|section| Offered { mid: section.mid.to_owned(), formats: section.formats });
    Some(Offer { published, bundle: format!("a=group:BUNDLE {bundle}"), sections: sections.collect() })
}

fn open_section(media: &str) -> Option<Section<'_>> {
    let mut words = media.split(' ');
    let kind = words.next()?;
    let port: u16 = words.next()?.parse().ok()?;
    let secure = words.next()? == "UDP/TLS/RTP/SAVPF";
    let formats = words.map(str::parse).collect::<Result<_, _>>().ok()?;
    (port != 0 && secure).then(|| Section { kind, formats, ..Section::default() })
}

fn read_attribute<'a>(section: &mut Section<'a>, attribute: &'a str) {
    match attribute {
        "sendonly" | "recvonly" | "sendrecv" | "inactive" => section.direction = attribute,
        "rtcp-mux" => section.muxed = true,
        _ => match attribute.strip_prefix("mid:") {
            Some(mid) => section.mid = mid,
            None => section.transport.read(attribute),
        },
    }
}

fn check(session: &Transport<'_>, bundle: &str, sections: &[Section<'_>]) -> Option<()> {
    let mut expected = expected();
    for section in sections {
        let (kind, direction) = expected.next()?;
        let named = !section.mid.is_empty()
            && section.mid.len() <= MAX_MID_BYTES
            && section.mid.bytes().all(|byte| byte.is_ascii_graphic());
        if section.kind != kind || section.direction != direction || !section.muxed || !named {
            return None;
        }
    }
    if expected.next().is_some() || !bundle.split(' ').eq(sections.iter().map(|section| section.mid)) {
        return None;
    }
    let mut mids: Vec<_> = sections.iter().map(|section| section.mid).collect();
    mids.sort_unstable();
    if mids.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        return None;
    }
    // In a bundle the first section's transport is everyone's (RFC 8843, section 7.2).
    let first = &sections.first()?.transport;
    let lengths = |text: Option<&str>, least| text.is_some_and(|text| (least..=256).contains(&text.len()));
    let whole = is_fingerprint(first.fingerprint.or(session.fingerprint)?)
        && lengths(first.ufrag.or(session.ufrag), 4)
        && lengths(first.pwd.or(session.pwd), 22);
    whole.then_some(())
}

/// SHA-256 alone: what every WebRTC end makes (RFC 8122, section 5).
fn is_fingerprint(value: &str) -> bool {
    let Some((function, digits)) = value.split_once(' ') else { return false };
    let pairs: Vec<_> = digits.trim_end().split(':').collect();
    function.eq_ignore_ascii_case("sha-256")
        && pairs.len() == 32
        && pairs.iter().all(|pair| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANDIDATES: [&str; 3] = [
        "a=candidate:1 1 udp 2130706431 192.0.2.7 5000 typ host",
        "a=remote-candidates:1 192.0.2.7 5000",
        "a=end-of-candidates",
    ];

    /// An offer as it has to be; `extra` stands in its head and in each section.
    fn offer(extra: &[&str]) -> String {
        let digits = vec!["AB"; 32].join(":");
        let mids: Vec<_> = expected().enumerate().map(|(mid, _)| mid.to_string()).collect();
        let mut lines = vec!["v=0".to_owned(), "s=-".to_owned(), format!("a=group:BUNDLE {}", mids.join(" "))];
        lines.extend(extra.iter().map(ToString::to_string));
        for ((kind, direction), mid) in expected().zip(&mids) {
            lines.extend([
                format!("m={kind} 9 UDP/TLS/RTP/SAVPF 96"),
                format!("a=mid:{mid}"),
                format!("a={direction}"),
                "a=rtcp-mux".to_owned(),
                "a=ice-ufrag:abcd".to_owned(),
                format!("a=ice-pwd:{}", "p".repeat(22)),
                format!("a=fingerprint:sha-256 {digits}"),
            ]);
            lines.extend(extra.iter().map(ToString::to_string));
        }
        lines.push(String::new());
        lines.join("\r\n")
    }

    #[test]
    fn candidates_are_cut_out_wherever_they_stand_and_nothing_else_is() {
        let with = Offer::read(&offer(&CANDIDATES)).unwrap();
        assert!(!with.published.contains("candidate"), "{}", with.published);
        assert!(!with.published.contains("192.0.2.7"));
        assert_eq!(with.published, Offer::read(&offer(&[])).unwrap().published);
        let kept = ["m=video 9", "m=audio 9", "a=ice-pwd:", "a=fingerprint:", "a=mid:1", "a=group:BUNDLE 0 1\r\n"];
        assert!(kept.iter().all(|line| with.published.contains(line)), "{}", with.published);
    }

    #[test]
    fn what_an_ice_lite_end_offers_is_refused() {
        assert_eq!(Offer::read(&offer(&["a=ice-lite"])).err(), Some(Refusal::MediaUnacceptable));
        assert!(Offer::read(&offer(&["a=ice-options:trickle"])).is_ok());
    }
}
