//! The bytes of a key.

/// What a tag is made of, after the kind. Up to 32 bytes stand in the key itself: a
/// hash and a personnummer do, and reading a person then asks for no memory.
#[derive(Clone)]
pub struct Material(Bytes);

#[derive(Clone)]
enum Bytes {
    Short { length: u8, bytes: [u8; 32] },
    Long(Box<[u8]>),
}

impl std::ops::Deref for Material {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match &self.0 {
            Bytes::Short { length, bytes } => &bytes[..usize::from(*length)],
            Bytes::Long(bytes) => bytes,
        }
    }
}

impl From<[u8; 32]> for Material {
    #[inline]
    fn from(bytes: [u8; 32]) -> Self {
        Self(Bytes::Short { length: 32, bytes })
    }
}

impl From<&[u8]> for Material {
    fn from(all: &[u8]) -> Self {
        let mut bytes = [0; 32];
        match (bytes.get_mut(..all.len()), u8::try_from(all.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(all);
                Self(Bytes::Short { length, bytes })
            }
            _ => Self(Bytes::Long(all.into())),
        }
    }
}

impl From<Vec<u8>> for Material {
    fn from(bytes: Vec<u8>) -> Self {
        match bytes.len() {
            ..=32 => Self::from(bytes.as_slice()),
            _ => Self(Bytes::Long(bytes.into_boxed_slice())),
        }
    }
}

impl From<&str> for Material {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<String> for Material {
    fn from(text: String) -> Self {
        Self::from(text.into_bytes())
    }
}

impl PartialEq for Material {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Material {}

impl PartialOrd for Material {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Material {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (**self).cmp(&**other)
    }
}

impl std::hash::Hash for Material {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}
