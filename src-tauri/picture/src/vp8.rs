//! VP8 (RFC 6386) through libvpx: encoding for conversation, and decoding.

use std::ffi::{CStr, c_int, c_ulong};
use std::mem::MaybeUninit;
use std::ptr;
use std::time::Duration;

use thiserror::Error;
use vpx_sys as ffi;

use crate::{Picture, PictureError};

/// Why libvpx refused.
#[derive(Debug, Error)]
pub enum Vp8Error {
    /// libvpx says so.
    #[error("libvpx: {0}")]
    Codec(String),
    /// The picture has other sides than the encoder was made for.
    #[error("a picture of {got:?} for an encoder of {wanted:?}")]
    Sides {
        /// What the encoder was made for.
        wanted: (usize, usize),
        /// What it got.
        got: (usize, usize),
    },
    /// The sides cannot be.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

/// What an [`Encoder`] is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncoderSettings {
    /// Pixels across, even.
    pub width: usize,
    /// Pixels down, even.
    pub height: usize,
    /// Bits a second.
    pub bitrate: u32,
    /// How fast: 0 (best) to 16 (fastest). 8 suits a conversation on a slow machine.
    pub speed: u8,
    /// How many threads encode.
    pub threads: u32,
}

/// An encoded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// The frame, as RFC 6386 has it.
    pub bytes: Vec<u8>,
    /// Whether it can be decoded without any before it.
    pub key: bool,
}

fn check(ctx: &mut ffi::vpx_codec_ctx_t, code: ffi::vpx_codec_err_t) -> Result<(), Vp8Error> {
    if code == ffi::vpx_codec_err_t::VPX_CODEC_OK {
        return Ok(());
    }
    // SAFETY: both return a static or context-owned C string that lives as long as the context is borrowed here, or null.
    let text = unsafe {
        let detail = ffi::vpx_codec_error_detail(ctx);
        let text = if detail.is_null() { ffi::vpx_codec_err_to_string(code) } else { detail };
        if text.is_null() { String::new() } else { CStr::from_ptr(text).to_string_lossy().into_owned() }
    };
    Err(Vp8Error::Codec(text))
}

/// A libvpx context, destroyed when dropped. Boxed: libvpx keeps pointers into it.
struct Context(Box<ffi::vpx_codec_ctx_t>);

// SAFETY: a libvpx context has no ties to the thread that made it; `&mut` access is exclusive. It is not `Sync`.
unsafe impl Send for Context {}

impl Context {
    /// `init` fills the zeroed context and returns whether it worked.
    fn new(init: impl FnOnce(*mut ffi::vpx_codec_ctx_t) -> ffi::vpx_codec_err_t) -> Result<Self, Vp8Error> {
        // SAFETY: the C struct is plain data (pointers, integers and enums that have a zero), and zeroed is how libvpx wants it.
        let mut ctx = Box::new(unsafe { MaybeUninit::<ffi::vpx_codec_ctx_t>::zeroed().assume_init() });
        let code = init(&raw mut *ctx);
        check(&mut ctx, code)?;
        Ok(Self(ctx))
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the context was initialised by `new` and is destroyed once.
        unsafe { ffi::vpx_codec_destroy(&raw mut *self.0) };
    }
}

/// Encodes for conversation: constant bitrate, no look-ahead, no dropped pictures, key frames only when asked for.
pub struct Encoder {
    ctx: Context,
    config: ffi::vpx_codec_enc_cfg_t,
    settings: EncoderSettings,
    key_wanted: bool,
}

impl Encoder {
    /// Makes an encoder; the first picture becomes a key frame.
    pub fn new(settings: EncoderSettings) -> Result<Self, Vp8Error> {
        Picture::black(settings.width, settings.height)?;
        let config = configuration(settings)?;
        let ctx = Context::new(|ctx| {
            // SAFETY: `ctx` is a zeroed context, the interface is a static of libvpx, and `config` outlives the call.
            unsafe {
                let interface = ffi::vpx_codec_vp8_cx();
                ffi::vpx_codec_enc_init_ver(ctx, interface, &raw const config, 0, ffi::VPX_ENCODER_ABI_VERSION as c_int)
            }
        })?;
        let mut encoder = Self { ctx, config, settings, key_wanted: true };
        encoder.control(ffi::vp8e_enc_control_id::VP8E_SET_CPUUSED, -i32::from(settings.speed.min(16)))?;
        encoder.control(ffi::vp8e_enc_control_id::VP8E_SET_STATIC_THRESHOLD, 1)?;
        // A key frame may take at most six times the bits of an average picture: larger ones delay those after them.
        encoder.control(ffi::vp8e_enc_control_id::VP8E_SET_MAX_INTRA_BITRATE_PCT, 600)?;
        Ok(encoder)
    }

    fn control(&mut self, id: ffi::vp8e_enc_control_id, value: c_int) -> Result<(), Vp8Error> {
        // SAFETY: the context is initialised, and each control used here takes one `int` (or `unsigned`) by value.
        let code = unsafe { ffi::vpx_codec_control_(&raw mut *self.ctx.0, id as c_int, value) };
        check(&mut self.ctx.0, code)
    }

    /// What it was made for, with the bitrate as it is now.
    pub fn settings(&self) -> EncoderSettings {
        self.settings
    }

    /// The next picture becomes a key frame.
    pub fn request_key_frame(&mut self) {
        self.key_wanted = true;
    }

    /// Changes the bitrate from the next picture on.
    pub fn set_bitrate(&mut self, bitrate: u32) -> Result<(), Vp8Error> {
        if bitrate == self.settings.bitrate {
            return Ok(());
        }
        self.config.rc_target_bitrate = (bitrate / 1000).max(1);
        // SAFETY: the context is initialised and `config` is the one it was made with, changed in one field.
        let code = unsafe { ffi::vpx_codec_enc_config_set(&raw mut *self.ctx.0, &raw const self.config) };
        check(&mut self.ctx.0, code)?;
        self.settings.bitrate = bitrate;
        Ok(())
    }

    /// Encodes a picture. `at` is its time (it must grow), `lasts` how long it is shown.
    pub fn encode(&mut self, picture: &Picture, at: Duration, lasts: Duration) -> Result<Option<Encoded>, Vp8Error> {
        let (wanted, got) = ((self.settings.width, self.settings.height), (picture.width(), picture.height()));
        if wanted != got {
            return Err(Vp8Error::Sides { wanted, got });
        }
        let flags = if self.key_wanted { i64::from(ffi::VPX_EFLAG_FORCE_KF) } else { 0 };
        let mut image = MaybeUninit::<ffi::vpx_image_t>::zeroed();
        // SAFETY: the picture's bytes are the three planes without gaps for even sides, which is what `vpx_img_wrap` lays out
        // with an alignment of 1; libvpx reads them during `vpx_codec_encode` only and never writes to the source image.
        let code = unsafe {
            let (width, height) = (got.0 as u32, got.1 as u32);
            let data = picture.bytes().as_ptr().cast_mut();
            ffi::vpx_img_wrap(image.as_mut_ptr(), ffi::vpx_img_fmt::VPX_IMG_FMT_I420, width, height, 1, data);
            ffi::vpx_codec_encode(
                &raw mut *self.ctx.0,
                image.as_ptr(),
                at.as_micros() as i64,
                (lasts.as_micros() as c_ulong).max(1),
                flags,
                c_ulong::from(ffi::VPX_DL_REALTIME),
            )
        };
        check(&mut self.ctx.0, code)?;
        let encoded = self.take();
        if encoded.as_ref().is_some_and(|encoded| encoded.key) {
            self.key_wanted = false;
        }
        Ok(encoded)
    }

    fn take(&mut self) -> Option<Encoded> {
        let mut iterator = ptr::null();
        let mut out: Option<Encoded> = None;
        loop {
            // SAFETY: the context is initialised; a packet is valid until the next call into the context, and is copied here.
            unsafe {
                let packet = ffi::vpx_codec_get_cx_data(&raw mut *self.ctx.0, &raw mut iterator);
                if packet.is_null() {
                    return out;
                }
                if (*packet).kind == ffi::vpx_codec_cx_pkt_kind::VPX_CODEC_CX_FRAME_PKT {
                    let frame = (*packet).data.frame;
                    let bytes = std::slice::from_raw_parts(frame.buf.cast::<u8>(), frame.sz);
                    let out = out.get_or_insert_with(|| Encoded { bytes: Vec::new(), key: false });
                    out.bytes.extend_from_slice(bytes);
                    out.key |= frame.flags & ffi::VPX_FRAME_IS_KEY != 0;
                }
            }
        }
    }
}

fn configuration(settings: EncoderSettings) -> Result<ffi::vpx_codec_enc_cfg_t, Vp8Error> {
    let mut config = MaybeUninit::<ffi::vpx_codec_enc_cfg_t>::zeroed();
    // SAFETY: libvpx fills the whole structure when it returns OK, and it is plain data that is valid zeroed.
    let (code, mut config) = unsafe {
        let code = ffi::vpx_codec_enc_config_default(ffi::vpx_codec_vp8_cx(), config.as_mut_ptr(), 0);
        (code, config.assume_init())
    };
    if code != ffi::vpx_codec_err_t::VPX_CODEC_OK {
        return Err(Vp8Error::Codec("no VP8 encoder in this libvpx".into()));
    }
    config.g_w = settings.width as u32;
    config.g_h = settings.height as u32;
    config.g_threads = settings.threads.max(1);
    config.g_timebase = ffi::vpx_rational { num: 1, den: 1_000_000 };
    config.g_error_resilient = ffi::VPX_ERROR_RESILIENT_DEFAULT;
    config.g_lag_in_frames = 0;
    config.rc_end_usage = ffi::vpx_rc_mode::VPX_CBR;
    config.rc_target_bitrate = (settings.bitrate / 1000).max(1);
    config.rc_dropframe_thresh = 0;
    config.rc_resize_allowed = 0;
    config.rc_min_quantizer = 2;
    config.rc_max_quantizer = 56;
    config.rc_undershoot_pct = 100;
    config.rc_overshoot_pct = 15;
    config.rc_buf_initial_sz = 500;
    config.rc_buf_optimal_sz = 600;
    config.rc_buf_sz = 1000;
    config.kf_mode = ffi::vpx_kf_mode::VPX_KF_DISABLED;
    Ok(config)
}

/// Decodes, one picture for each frame.
pub struct Decoder {
    ctx: Context,
}

impl Decoder {
    /// Makes a decoder that waits for a key frame.
    pub fn new() -> Result<Self, Vp8Error> {
        let ctx = Context::new(|ctx| {
            // SAFETY: `ctx` is a zeroed context, the interface a static of libvpx, and no configuration means the default.
            unsafe {
                let interface = ffi::vpx_codec_vp8_dx();
                ffi::vpx_codec_dec_init_ver(ctx, interface, ptr::null(), 0, ffi::VPX_DECODER_ABI_VERSION as c_int)
            }
        })?;
        Ok(Self { ctx })
    }

    /// Decodes a frame. Nothing comes of a frame that is not to be shown. Odd sides lose their last row or column.
    pub fn decode(&mut self, frame: &[u8]) -> Result<Option<Picture>, Vp8Error> {
        let Ok(length) = u32::try_from(frame.len()) else {
            return Err(Vp8Error::Codec("a frame of more than 4 GB".into()));
        };
        // SAFETY: the context is initialised, and the frame's bytes are read during the call only.
        let code = unsafe { ffi::vpx_codec_decode(&raw mut *self.ctx.0, frame.as_ptr(), length, ptr::null_mut(), 0) };
        check(&mut self.ctx.0, code)?;
        let mut iterator = ptr::null();
        // SAFETY: the image belongs to the context and stays valid until the next call into it; it is copied before that.
        unsafe {
            let image = ffi::vpx_codec_get_frame(&raw mut *self.ctx.0, &raw mut iterator);
            if image.is_null() { Ok(None) } else { copy(&*image).map(Some) }
        }
    }
}

/// # Safety
/// `image` must be an I420 image whose planes hold `stride` times the rows of its shown size.
unsafe fn copy(image: &ffi::vpx_image_t) -> Result<Picture, Vp8Error> {
    let (width, height) = (image.d_w as usize & !1, image.d_h as usize & !1);
    Picture::black(width, height)?;
    let mut bytes = Vec::with_capacity(width * height * 3 / 2);
    for (plane, stride, shift) in
        [(image.planes[0], image.stride[0], 0), (image.planes[1], image.stride[1], 1), (image.planes[2], image.stride[2], 1)]
    {
        for row in 0..height >> shift {
            // SAFETY: the row lies within the plane, by this function's contract.
            let line = unsafe {
                let start = plane.offset(row as isize * stride as isize);
                std::slice::from_raw_parts(start, width >> shift)
            };
            bytes.extend_from_slice(line);
        }
    }
    Ok(Picture::from_bytes(width, height, bytes)?)
}
