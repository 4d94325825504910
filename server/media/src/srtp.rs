//! SRTP for what goes to a subscriber and for the reports that come back (RFC 3711; with AES-GCM, RFC 7714).
//!
//! A nonce is made of the stream's number and the packet's, so that no packet may be sealed twice. Streams sealed here are never
//! written to by `str0m`; its own reports count from 0, those made here from [`FIRST_REPORT`].

use str0m::crypto::{
    AeadAes128Gcm, AeadAes128GcmCipher, AeadAes256Gcm, AeadAes256GcmCipher, Aes128CmSha1_80, Aes128CmSha1_80Cipher,
    CryptoProvider, Sha1HmacProvider, SrtpProvider, dtls::SrtpProfile,
};

use crate::handshake::Keys;

/// Labels of key derivation (RFC 3711, section 4.3): those of RTCP are three further on.
const KEY: u8 = 0;
const AUTHENTICATION: u8 = 1;
const SALT: u8 = 2;
const RTCP: u8 = 3;

/// The SRTCP index has 31 bits; `str0m` will not use up the lower half.
const FIRST_REPORT: u32 = 1 << 30;
/// Set in the index of a report that is encrypted.
const ENCRYPTED: u32 = 1 << 31;
/// The part of a report that stays in the clear.
const REPORT_HEAD: usize = 8;
const INDEX_LEN: usize = 4;
/// The most that sealing adds; the counter mode wants a block less one octet of room.
const ROOM: usize = 16;

/// Which packet of all that are sealed with the same keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number {
    pub(crate) ssrc: u32,
    /// Rollovers and sequence number.
    pub(crate) index: u64,
}

/// Seals packets and reports to a subscriber, and opens its reports.
pub(crate) struct Srtp {
    rtp: Cipher,
    rtcp: Cipher,
    theirs: Cipher,
    reports: u32,
}

impl Srtp {
    /// None: the profile is none that is known, or the keys are not as long as it says.
    pub(crate) fn new(keys: &Keys, crypto: &CryptoProvider) -> Option<Self> {
        let ours = |labels| Cipher::new(keys, keys.client, labels, crypto);
        let theirs = Cipher::new(keys, !keys.client, RTCP, crypto)?;
        Some(Self { rtp: ours(0)?, rtcp: ours(RTCP)?, theirs, reports: FIRST_REPORT })
    }

    /// What sealing adds to a packet.
    pub(crate) fn overhead(&self) -> usize {
        match &self.rtp {
            Cipher::Gcm128 { .. } => AeadAes128Gcm::TAG_LEN,
            Cipher::Gcm256 { .. } => AeadAes256Gcm::TAG_LEN,
            Cipher::Counter { .. } => Aes128CmSha1_80::HMAC_TAG_LEN,
        }
    }

    /// Seals a packet into `out`, which is as long as header, payload and [`Srtp::overhead`] together.
    pub(crate) fn seal(&mut self, number: Number, header: &[u8], payload: &[u8], out: &mut [u8]) -> Option<()> {
        let Number { ssrc, index } = number;
        let (head, body) = out.split_at_mut_checked(header.len())?;
        head.copy_from_slice(header);
        match &mut self.rtp {
            Cipher::Gcm128 { cipher, salt } => {
                let iv = AeadAes128Gcm::rtp_iv(*salt, ssrc, (index >> 16) as u32, index as u16);
                cipher.encrypt(&iv, header, payload, body).ok()
            }
            Cipher::Gcm256 { cipher, salt } => {
                let iv = AeadAes256Gcm::rtp_iv(*salt, ssrc, (index >> 16) as u32, index as u16);
                cipher.encrypt(&iv, header, payload, body).ok()
            }
            Cipher::Counter { cipher, salt, key, hmac } => {
                cipher.encrypt(&Aes128CmSha1_80::rtp_iv(*salt, ssrc, index), payload, body).ok()?;
                let end = header.len() + payload.len();
                Aes128CmSha1_80::rtp_hmac(|key, parts| hmac.sha1_hmac(key, parts), key, out, index, end);
                Some(())
            }
        }
    }

    /// Seals a report.
    pub(crate) fn seal_report(&mut self, report: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let (head, body) = report.split_at_checked(REPORT_HEAD)?;
        let ssrc = u32::from_be_bytes(head.last_chunk().copied()?);
        let index = self.reports & !ENCRYPTED;
        self.reports = index + 1;
        let mark = (index | ENCRYPTED).to_be_bytes();
        let mut associated = [0; AeadAes128Gcm::RTCP_AAD_LEN];
        associated.split_first_chunk_mut()?.0.clone_from(head.first_chunk::<REPORT_HEAD>()?);
        associated.split_last_chunk_mut()?.1.clone_from(&mark);
        out.clear();
        out.extend_from_slice(head);
        out.resize(report.len() + ROOM, 0);
        let (_, sealed) = out.split_at_mut_checked(REPORT_HEAD)?;
        match &mut self.rtcp {
            Cipher::Gcm128 { cipher, salt } => {
                cipher.encrypt(&AeadAes128Gcm::rtcp_iv(*salt, ssrc, index), &associated, body, sealed).ok()?;
                out.truncate(report.len() + AeadAes128Gcm::TAG_LEN);
                out.extend_from_slice(&mark);
            }
            Cipher::Gcm256 { cipher, salt } => {
                cipher.encrypt(&AeadAes256Gcm::rtcp_iv(*salt, ssrc, index), &associated, body, sealed).ok()?;
                out.truncate(report.len() + AeadAes256Gcm::TAG_LEN);
                out.extend_from_slice(&mark);
            }
            Cipher::Counter { cipher, salt, key, hmac } => {
                cipher.encrypt(&Aes128CmSha1_80::rtp_iv(*salt, ssrc, index.into()), body, sealed).ok()?;
                out.truncate(report.len());
                out.extend_from_slice(&mark);
                let end = out.len();
                out.resize(end + Aes128CmSha1_80::HMAC_TAG_LEN, 0);
                Aes128CmSha1_80::rtcp_hmac(|key, parts| hmac.sha1_hmac(key, parts), key, out, end);
            }
        }
        Some(())
    }

    /// Opens a subscriber's report. None: it is not the subscriber's. A report that comes again is opened again: what it asks for
    /// is bounded.
    pub(crate) fn open_report(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let (head, body) = bytes.split_at_checked(REPORT_HEAD)?;
        let ssrc = u32::from_be_bytes(head.last_chunk().copied()?);
        out.clear();
        out.extend_from_slice(head);
        if let Cipher::Counter { cipher, salt, key, hmac } = &mut self.theirs {
            let (signed, tag) = bytes.split_at_checked(bytes.len().checked_sub(Aes128CmSha1_80::HMAC_TAG_LEN)?)?;
            let verify = |key: &[u8], parts: &[&[u8]]| hmac.sha1_hmac(key, parts);
            if !Aes128CmSha1_80::rtcp_verify(verify, key, signed, tag) {
                return None;
            }
            let (_, signed) = signed.split_at_checked(REPORT_HEAD)?;
            let (sealed, mark) = signed.split_last_chunk::<INDEX_LEN>()?;
            let index = u32::from_be_bytes(*mark) & !ENCRYPTED;
            out.resize(REPORT_HEAD + sealed.len() + ROOM, 0);
            let (_, opened) = out.split_at_mut_checked(REPORT_HEAD)?;
            cipher.decrypt(&Aes128CmSha1_80::rtp_iv(*salt, ssrc, index.into()), sealed, opened).ok()?;
            out.truncate(REPORT_HEAD + sealed.len());
            return Some(());
        }
        let (sealed, mark) = body.split_last_chunk::<INDEX_LEN>()?;
        let index = u32::from_be_bytes(*mark) & !ENCRYPTED;
        let length = sealed.len().checked_sub(AeadAes128Gcm::TAG_LEN)?;
        out.resize(REPORT_HEAD + length, 0);
        let (_, opened) = out.split_at_mut_checked(REPORT_HEAD)?;
        match &mut self.theirs {
            Cipher::Gcm128 { cipher, salt } => {
                cipher.decrypt(&AeadAes128Gcm::rtcp_iv(*salt, ssrc, index), &[head, mark], sealed, opened).ok()?;
            }
            Cipher::Gcm256 { cipher, salt } => {
                cipher.decrypt(&AeadAes256Gcm::rtcp_iv(*salt, ssrc, index), &[head, mark], sealed, opened).ok()?;
            }
            Cipher::Counter { .. } => return None,
        }
        Some(())
    }
}

enum Cipher {
    Gcm128 {
        cipher: Box<dyn AeadAes128GcmCipher>,
        salt: [u8; AeadAes128Gcm::SALT_LEN],
    },
    Gcm256 {
        cipher: Box<dyn AeadAes256GcmCipher>,
        salt: [u8; AeadAes256Gcm::SALT_LEN],
    },
    Counter {
        cipher: Box<dyn Aes128CmSha1_80Cipher>,
        salt: [u8; Aes128CmSha1_80::SALT_LEN],
        key: [u8; Aes128CmSha1_80::HMAC_KEY_LEN],
        hmac: &'static dyn Sha1HmacProvider,
    },
}

impl Cipher {
    fn new(keys: &Keys, client: bool, labels: u8, crypto: &CryptoProvider) -> Option<Self> {
        let srtp = crypto.srtp_provider;
        let encrypt = client == keys.client;
        Some(match keys.profile {
            SrtpProfile::AEAD_AES_128_GCM => {
                let master = Master::<{ AeadAes128Gcm::KEY_LEN }, { AeadAes128Gcm::SALT_LEN }>::of(keys, client)?;
                let cipher = srtp.aead_aes_128_gcm().create_cipher(master.derive(srtp, labels + KEY), encrypt);
                Self::Gcm128 { cipher, salt: master.derive(srtp, labels + SALT) }
            }
            SrtpProfile::AEAD_AES_256_GCM => {
                let master = Master::<{ AeadAes256Gcm::KEY_LEN }, { AeadAes256Gcm::SALT_LEN }>::of(keys, client)?;
                let cipher = srtp.aead_aes_256_gcm().create_cipher(master.derive(srtp, labels + KEY), encrypt);
                Self::Gcm256 { cipher, salt: master.derive(srtp, labels + SALT) }
            }
            SrtpProfile::AES128_CM_SHA1_80 => {
                let master = Master::<{ Aes128CmSha1_80::KEY_LEN }, { Aes128CmSha1_80::SALT_LEN }>::of(keys, client)?;
                Self::Counter {
                    cipher: srtp.aes_128_cm_sha1_80().create_cipher(master.derive(srtp, labels + KEY), encrypt),
                    salt: master.derive(srtp, labels + SALT),
                    key: master.derive(srtp, labels + AUTHENTICATION),
                    hmac: crypto.sha1_hmac_provider,
                }
            }
            _ => return None,
        })
    }
}

/// One side's master key and salt.
struct Master<const KEY_LEN: usize, const SALT_LEN: usize> {
    key: [u8; KEY_LEN],
    salt: [u8; SALT_LEN],
}

impl<const KEY_LEN: usize, const SALT_LEN: usize> Master<KEY_LEN, SALT_LEN> {
    fn of(keys: &Keys, client: bool) -> Option<Self> {
        let (key, salt) = if client { (0, 0) } else { (KEY_LEN, SALT_LEN) };
        let salt = 2 * KEY_LEN + salt;
        (keys.material.len() == 2 * (KEY_LEN + SALT_LEN)).then_some(())?;
        Some(Self {
            key: keys.material.get(key..key + KEY_LEN)?.try_into().ok()?,
            salt: keys.material.get(salt..salt + SALT_LEN)?.try_into().ok()?,
        })
    }

    /// AES in counter mode over the salt and the label (RFC 3711, section 4.3.3).
    fn derive<const LEN: usize>(&self, srtp: &dyn SrtpProvider, label: u8) -> [u8; LEN] {
        let mut input = [0; 16];
        for (octet, salt) in input.iter_mut().zip(self.salt) {
            *octet = salt;
        }
        if let Some(octet) = input.get_mut(7) {
            *octet ^= label;
        }
        let mut derived = [0; LEN];
        for (round, part) in (0_u16..).zip(derived.chunks_mut(16)) {
            let [.., high, low] = &mut input;
            [*high, *low] = round.to_be_bytes();
            // Backends write a block of padding after the one that counts.
            let mut block = [0; 32];
            if KEY_LEN == AeadAes256Gcm::KEY_LEN {
                srtp.srtp_aes_256_ecb_round(&self.key, &input, &mut block);
            } else {
                srtp.srtp_aes_128_ecb_round(&self.key, &input, &mut block);
            }
            for (octet, block) in part.iter_mut().zip(block) {
                *octet = block;
            }
        }
        derived
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handshake::provider;

    fn pair(profile: SrtpProfile) -> (Srtp, Srtp) {
        let material: Vec<u8> = (0..profile.keying_material_len() as u8).collect();
        let side = |client| Srtp::new(&Keys { material: material.clone(), profile, client }, &provider()).unwrap();
        (side(true), side(false))
    }

    const PROFILES: [SrtpProfile; 3] =
        [SrtpProfile::AEAD_AES_256_GCM, SrtpProfile::AEAD_AES_128_GCM, SrtpProfile::AES128_CM_SHA1_80];

    /// RFC 3711, appendix B.3.
    #[test]
    fn keys_are_derived_as_the_standard_shows() {
        let master = Master::<16, 14> {
            key: [0xe1, 0xf9, 0x7a, 0x0d, 0x3e, 0x01, 0x8b, 0xe0, 0xd6, 0x4f, 0xa3, 0x2c, 0x06, 0xde, 0x41, 0x39],
            salt: [0x0e, 0xc6, 0x75, 0xad, 0x49, 0x8a, 0xfe, 0xeb, 0xb6, 0x96, 0x0b, 0x3a, 0xab, 0xe6],
        };
        let srtp = provider().srtp_provider;
        let key: [u8; 16] = master.derive(srtp, KEY);
        assert_eq!(key, [0xc6, 0x1e, 0x7a, 0x93, 0x74, 0x4f, 0x39, 0xee, 0x10, 0x73, 0x4a, 0xfe, 0x3f, 0xf7, 0xa0, 0x87]);
        let salt: [u8; 14] = master.derive(srtp, SALT);
        assert_eq!(salt, [0x30, 0xcb, 0xbc, 0x08, 0x86, 0x3d, 0x8c, 0x85, 0xd4, 0x9d, 0xb3, 0x4a, 0x9a, 0xe1]);
        let authentication: [u8; 20] = master.derive(srtp, AUTHENTICATION);
        assert_eq!(authentication[..6], [0xce, 0xbe, 0x32, 0x1f, 0x6f, 0xf7]);
    }

    #[test]
    fn a_report_is_opened_by_the_other_side_alone() {
        for profile in PROFILES {
            let (mut client, mut server) = pair(profile);
            let report: Vec<u8> = (0..40).collect();
            let (mut sealed, mut opened) = (Vec::new(), Vec::new());
            for _ in 0..2 {
                client.seal_report(&report, &mut sealed).unwrap();
                server.open_report(&sealed, &mut opened).unwrap();
                assert_eq!(opened, report);
            }
            assert!(client.open_report(&sealed, &mut opened).is_none(), "keys differ by direction");
            for position in 0..sealed.len() {
                let mut forged = sealed.clone();
                forged[position] ^= 1;
                assert!(server.open_report(&forged, &mut opened).is_none(), "octet {position} is not covered");
            }
            for length in 0..sealed.len() {
                assert!(server.open_report(&sealed[..length], &mut opened).is_none());
            }
        }
    }

    /// The other side, as another project wrote it.
    fn another(profile: SrtpProfile, client: bool) -> rtc::srtp::context::Context {
        use rtc::srtp::protection_profile::ProtectionProfile;
        let (theirs, key, salt) = if profile == SrtpProfile::AEAD_AES_256_GCM {
            (ProtectionProfile::AeadAes256Gcm, 32, 12)
        } else if profile == SrtpProfile::AEAD_AES_128_GCM {
            (ProtectionProfile::AeadAes128Gcm, 16, 12)
        } else {
            (ProtectionProfile::Aes128CmHmacSha1_80, 16, 14)
        };
        let material: Vec<u8> = (0..profile.keying_material_len() as u8).collect();
        let side = usize::from(!client);
        let (key, salt) = (&material[side * key..][..key], &material[2 * key + side * salt..][..salt]);
        let crypto = rtc::crypto::default_provider().unwrap();
        rtc::srtp::context::Context::new(key, salt, theirs, None, None, crypto.crypto()).unwrap()
    }

    #[test]
    fn another_implementation_opens_what_is_sealed_also_beyond_a_rollover() {
        for profile in PROFILES {
            let (_, mut server) = pair(profile);
            let mut theirs = another(profile, false);
            let mut sealed = Vec::new();
            for index in 65_530_u64..65_550 {
                let mut header = vec![0x80, 96];
                header.extend((index as u16).to_be_bytes());
                header.extend([0, 0, 0, 5, 0, 0, 0, 7]);
                let payload: Vec<u8> = (0..100 + index as u8 % 32).collect();
                sealed.resize(header.len() + payload.len() + server.overhead(), 0);
                server.seal(Number { ssrc: 7, index }, &header, &payload, &mut sealed).unwrap();
                let opened = theirs.decrypt_rtp(&sealed).unwrap();
                assert_eq!(opened[12..], payload, "{profile} {index}");
            }
            let report: Vec<u8> = [0x80, 200, 0, 6, 0, 0, 0, 7].into_iter().chain(0..20).collect();
            server.seal_report(&report, &mut sealed).unwrap();
            assert_eq!(theirs.decrypt_rtcp(&sealed).unwrap(), report, "{profile}");
        }
    }

    #[test]
    fn a_report_that_another_implementation_sealed_is_opened() {
        for profile in PROFILES {
            let (_, mut server) = pair(profile);
            let report: Vec<u8> = [0x81, 206, 0, 2, 0, 0, 0, 7, 0, 0, 0, 9].into();
            let sealed = another(profile, true).encrypt_rtcp(&report).unwrap();
            let mut opened = Vec::new();
            server.open_report(&sealed, &mut opened).unwrap();
            assert_eq!(opened, report, "{profile}");
        }
    }

    #[test]
    fn packets_differ_by_their_number_and_stay_as_long_as_the_profile_says() {
        for (profile, tag) in PROFILES.into_iter().zip([16, 16, 10]) {
            let (mut client, _) = pair(profile);
            assert_eq!(client.overhead(), tag);
            let (mut one, mut other) = (vec![0; 112 + tag], vec![0; 112 + tag]);
            client.seal(Number { ssrc: 7, index: 1 }, &[0x80; 12], &[5; 100], &mut one).unwrap();
            client.seal(Number { ssrc: 7, index: 65_537 }, &[0x80; 12], &[5; 100], &mut other).unwrap();
            assert_eq!(one[..12], [0x80; 12]);
            assert_ne!(one[12..], other[12..], "a rollover makes another packet");
        }
    }
}
