//! A participant's end of a media session, without a socket and without a clock: real ICE, DTLS, SRTP, NACK, receiver reports
//! and transport-wide feedback, over `str0m`. The simulator gives it a network, the bench a socket.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use houselights_shared::{AUDIO_SLOTS, VIDEO_SLOTS};
use str0m::{
    Candidate, Event, Input, Output, Rtc, RtcConfig,
    change::{SdpAnswer, SdpPendingOffer},
    media::{Direction, KeyframeRequestKind, MediaKind, Mid, Pt},
    net::{Protocol, Receive},
    rtp::{ExtensionValues, RtpPacket, RtpWrite, SeqNo, rtcp::SenderInfo},
};
use tokio::net::UdpSocket;

/// How long an end on a socket waits for what comes, at most.
const A_LITTLE: Duration = Duration::from_millis(5);
/// How old a packet may be that the server asks for again.
const RESEND_AGE: Duration = Duration::from_secs(3);

/// Which standing slot of a subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// A picture.
    Video(usize),
    /// Sound.
    Audio(usize),
}

/// What a peer noticed.
#[derive(Debug)]
pub enum Notice {
    /// Media may flow.
    Connected,
    /// A packet of media, retransmitted or not.
    Packet(Slot, Box<RtpPacket>),
    /// The server wants a key frame.
    KeyFrameWanted,
    /// Which moment of the common clock an RTP time of a slot is.
    Report(Slot, SenderInfo),
}

/// A participant's end.
pub struct MediaPeer {
    rtc: Rtc,
    address: SocketAddr,
    /// In the order of the offer.
    mids: Vec<Mid>,
    pending: Option<SdpPendingOffer>,
    pts: Option<(Pt, Pt)>,
    /// When it wants to be woken.
    pub due: Instant,
}

/// A packet to publish.
#[derive(Clone, Debug)]
pub struct Publish {
    /// Extended sequence number.
    pub seq: u64,
    /// RTP time.
    pub time: u32,
    /// When it was captured.
    pub captured_at: Instant,
    /// The last packet of a frame.
    pub marker: bool,
    /// In dB below full scale; sound only.
    pub level: Option<u8>,
    /// The RTP payload.
    pub payload: Arc<[u8]>,
}

impl MediaPeer {
    /// An end at an address, that offers the standing slots.
    pub fn new(now: Instant, address: SocketAddr) -> Result<Self> {
        let mut rtc = RtcConfig::new()
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_vp8(true)
            .enable_opus(true, false)
            .set_rtcp_report_interval_audio(Duration::from_secs(1))
            .build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp")?);
        Ok(Self { rtc, address, mids: Vec::new(), pending: None, pts: None, due: now })
    }

    /// The offer's SDP.
    pub fn offer(&mut self) -> Result<String> {
        let mut change = self.rtc.sdp_api();
        let published = [(MediaKind::Video, Direction::SendOnly), (MediaKind::Audio, Direction::SendOnly)];
        let video = std::iter::repeat_n((MediaKind::Video, Direction::RecvOnly), VIDEO_SLOTS);
        let audio = std::iter::repeat_n((MediaKind::Audio, Direction::RecvOnly), AUDIO_SLOTS);
        self.mids = published
            .into_iter()
            .chain(video)
            .chain(audio)
            .map(|(kind, direction)| change.add_media(kind, direction, None, None, None))
            .collect();
        let (offer, pending) = change.apply().context("nothing to offer")?;
        self.pending = Some(pending);
        Ok(offer.to_sdp_string())
    }

    /// Takes the server's answer.
    pub fn accept(&mut self, answer: &str) -> Result<()> {
        let pending = self.pending.take().context("no offer is pending")?;
        // `str0m` sends reports on every stream that an answer names, even on those that never carried anything, where RFC 3550
        // (section 6.4) and other ends report on what they heard alone. Unnamed, streams are found by the `mid` they carry.
        let answer: String =
            answer.lines().filter(|line| !line.starts_with("a=ssrc")).flat_map(|line| [line, "\r\n"]).collect();
        self.rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(&answer)?)?;
        let pt = |index: usize| Some(*self.rtc.media(*self.mids.get(index)?)?.remote_pts().first()?);
        self.pts = pt(0).zip(pt(1));
        ensure!(self.pts.is_some(), "the answer takes no media");
        let video = *self.mids.first().context("no offer was made")?;
        let mut direct = self.rtc.direct_api();
        // What the server misses it gets, however rough the network.
        direct.stream_tx_by_mid(video, None).context("the section does not send")?.set_rtx_cache(1_000, RESEND_AGE, None);
        Ok(())
    }

    /// Takes a datagram.
    pub fn receive(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) -> Result<()> {
        if let Ok(received) = Receive::new(Protocol::Udp, from, self.address, datagram) {
            self.rtc.handle_input(Input::Receive(now, received))?;
        }
        Ok(())
    }

    /// Lets time pass.
    pub fn wake(&mut self, now: Instant) -> Result<()> {
        Ok(self.rtc.handle_input(Input::Timeout(now))?)
    }

    /// Everything there is to send and to notice.
    pub fn drain(&mut self, mut send: impl FnMut(SocketAddr, &[u8]), mut notice: impl FnMut(Notice)) -> Result<()> {
        loop {
            match self.rtc.poll_output()? {
                Output::Timeout(due) => {
                    self.due = due;
                    return Ok(());
                }
                Output::Transmit(transmit) => send(transmit.destination, &transmit.contents),
                Output::Event(event) => {
                    if let Some(noticed) = self.notice(event) {
                        notice(noticed);
                    }
                }
            }
        }
    }

    // `str0m` adds events in its own time; a test asks for these alone.
    #[allow(clippy::wildcard_enum_match_arm)]
    fn notice(&mut self, event: Event) -> Option<Notice> {
        match event {
            Event::Connected => Some(Notice::Connected),
            Event::RtpPacket(packet) => {
                let mid = self.rtc.direct_api().stream_rx(&packet.header.ssrc)?.mid();
                Some(Notice::Packet(self.slot(mid)?, Box::new(packet)))
            }
            Event::KeyframeRequest(_) => Some(Notice::KeyFrameWanted),
            Event::SenderFeedback(report) => Some(Notice::Report(self.slot(report.mid)?, report.sender_info)),
            _ => None,
        }
    }

    fn slot(&self, mid: Mid) -> Option<Slot> {
        let index = self.mids.iter().position(|other| *other == mid)?.checked_sub(2)?;
        Some(if index < VIDEO_SLOTS { Slot::Video(index) } else { Slot::Audio(index - VIDEO_SLOTS) })
    }

    /// Publishes a packet; it goes out when time next passes.
    pub fn publish(&mut self, kind: MediaKind, packet: Publish) -> Result<()> {
        let (video, audio) = self.pts.context("not connected")?;
        let (index, pt) = if kind == MediaKind::Video { (0, video) } else { (1, audio) };
        let mid = *self.mids.get(index).context("no offer was made")?;
        let mut direct = self.rtc.direct_api();
        let stream = direct.stream_tx_by_mid(mid, None).context("the section does not send")?;
        let extensions = ExtensionValues {
            audio_level: packet.level.map(|level| -i8::try_from(level.min(127)).unwrap_or(i8::MAX)),
            voice_activity: packet.level.map(|level| level < 60),
            ..ExtensionValues::default()
        };
        let write = RtpWrite::new(pt, SeqNo::from(packet.seq), packet.time, packet.captured_at, packet.payload)
            .marker(packet.marker)
            .ext_vals(extensions)
            .nackable(kind == MediaKind::Video);
        stream.write_rtp(write);
        Ok(())
    }

    /// Asks for a key frame in a video slot; goes out when time next passes.
    pub fn want_key_frame(&mut self, slot: usize) {
        let Some(mid) = self.mids.get(2 + slot).copied() else { return };
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid, None) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
    }
}

/// A participant's end on a real socket.
pub struct SocketPeer {
    socket: UdpSocket,
    /// Boxed: it is large, and futures hold it.
    peer: Box<MediaPeer>,
    connected: bool,
    received: usize,
    /// The same, each by the mark of who published it.
    received_of: HashMap<u8, usize>,
    /// Of sound alone.
    heard_of: HashMap<u8, usize>,
    mark: u8,
    next_seq: u64,
    next_sound: u64,
}

impl SocketPeer {
    /// An end on a free port of this machine.
    pub async fn open() -> Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let peer = Box::new(MediaPeer::new(Instant::now(), socket.local_addr()?)?);
        Ok(Self {
            socket,
            peer,
            connected: false,
            received: 0,
            received_of: HashMap::new(),
            heard_of: HashMap::new(),
            mark: 0,
            next_seq: 1,
            next_sound: 1,
        })
    }

    /// The offer's SDP.
    pub fn offer(&mut self) -> Result<String> {
        self.peer.offer()
    }

    /// Takes the server's answer.
    pub fn accept(&mut self, answer: &str) -> Result<()> {
        self.peer.accept(answer)
    }

    /// Whether media may flow.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.connected
    }

    /// Packets of media that came.
    #[must_use]
    pub fn received(&self) -> usize {
        self.received
    }

    /// Packets of media that came from an end with this mark.
    #[must_use]
    pub fn received_of(&self, mark: u8) -> usize {
        self.received_of.get(&mark).copied().unwrap_or_default()
    }

    /// Packets of sound that came from an end with this mark.
    #[must_use]
    pub fn heard_of(&self, mark: u8) -> usize {
        self.heard_of.get(&mark).copied().unwrap_or_default()
    }

    /// What is published from now on carries this mark.
    pub fn mark(&mut self, mark: u8) {
        self.mark = mark;
    }

    /// Publishes a picture of one packet.
    pub fn publish_picture(&mut self) -> Result<()> {
        let seq = self.next_seq;
        self.next_seq += 1;
        // What begins a key frame in VP8 (RFC 7741, section 4.2).
        let payload: Arc<[u8]> = [&[0x10, 0, 0][..], &[self.mark; 200]].concat().into();
        let time = u32::try_from(seq)?.wrapping_mul(3_000);
        let packet = Publish { seq, time, captured_at: Instant::now(), marker: true, level: None, payload };
        self.peer.publish(MediaKind::Video, packet)
    }

    /// Publishes 20 ms of sound, so loud in dB below full scale.
    pub fn publish_sound(&mut self, level: u8) -> Result<()> {
        let seq = self.next_sound;
        self.next_sound += 1;
        let time = u32::try_from(seq)?.wrapping_mul(960);
        let payload: Arc<[u8]> = vec![self.mark; 80].into();
        let packet = Publish { seq, time, captured_at: Instant::now(), marker: false, level: Some(level), payload };
        self.peer.publish(MediaKind::Audio, packet)
    }

    /// Takes what comes, or lets a little time pass.
    pub async fn turn(&mut self) -> Result<()> {
        let mut buffer = [0; 2_048];
        let soon = self.peer.due.min(Instant::now() + A_LITTLE);
        tokio::select! {
            received = self.socket.recv_from(&mut buffer) => {
                let (length, from) = received?;
                self.peer.receive(Instant::now(), from, buffer.get(..length).unwrap_or_default())?;
            }
            () = tokio::time::sleep_until(soon.into()) => {}
        }
        self.peer.wake(Instant::now())?;
        let Self { socket, peer, connected, received, received_of, heard_of, .. } = self;
        peer.drain(
            |to, bytes| drop(socket.try_send_to(bytes, to)),
            |notice| match notice {
                Notice::Connected => *connected = true,
                Notice::Packet(slot, packet) => {
                    let mark = packet.payload.last().copied().unwrap_or_default();
                    *received += 1;
                    *received_of.entry(mark).or_default() += 1;
                    *heard_of.entry(mark).or_default() += usize::from(matches!(slot, Slot::Audio(_)));
                }
                Notice::KeyFrameWanted | Notice::Report(..) => {}
            },
        )
    }
}
