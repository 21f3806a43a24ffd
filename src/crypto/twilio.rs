//! Twilio's signature of its requests: HMAC-SHA-1, under the account's auth token, over
//! the URL as it was set there and the form's parameters in the order of their names
//! (<https://www.twilio.com/docs/usage/security#validating-requests>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::{Choice, ConstantTimeEq};

/// Whether `signature` (the header `X-Twilio-Signature`) is one that a holder of any of
/// these tokens made for a form posted to `url`. The time it takes does not depend on
/// how much of it is right.
///
/// Twilio signs a URL sometimes with its port and sometimes without: both count, as
/// they do in its own libraries.
#[must_use]
pub fn is_signed(
    auth_tokens: &[Vec<u8>],
    url: &str,
    form: &[(String, String)],
    signature: &str,
) -> bool {
    let Ok(given) = STANDARD.decode(signature.trim()) else { return false };
    let mut parameters: Vec<_> = form.iter().collect();
    parameters.sort();
    parameters.dedup();
    let mut found = Choice::from(0);
    for token in auth_tokens {
        for url in ports(url) {
            found |= mac(token, &url, &parameters).ct_eq(given.as_slice());
        }
    }
    found.into()
}

fn mac(token: &[u8], url: &str, parameters: &[&(String, String)]) -> [u8; 20] {
    let mut mac = Hmac::<Sha1>::new_from_slice(token).expect("HMAC takes a key of any length");
    mac.update(url.as_bytes());
    for (name, value) in parameters {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

/// The URL as it is, without its port, and with the port that its scheme means.
fn ports(url: &str) -> Vec<String> {
    let mut all = vec![url.to_owned()];
    let Some((scheme, rest)) = url.split_once("://") else { return all };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let usual = if scheme == "http" { 80 } else { 443 };
    all.push(format!("{scheme}://{host}{path}"));
    if host == authority {
        all.push(format!("{scheme}://{host}:{usual}{path}"));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(auth_token: &[u8], url: &str, form: &[(String, String)]) -> String {
        let mut parameters: Vec<_> = form.iter().collect();
        parameters.sort();
        STANDARD.encode(mac(auth_token, url, &parameters))
    }

    fn form() -> Vec<(String, String)> {
        [("To", "+15005550006"), ("From", "+15005550001"), ("Body", "Stopp tack! åäö")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
    }

    #[test]
    fn both_with_and_without_a_port() {
        let token = b"0123456789abcdef".to_vec();
        for (set, signed) in [
            ("https://nej.example/v1/x", "https://nej.example/v1/x"),
            ("https://nej.example/v1/x", "https://nej.example:443/v1/x"),
            ("https://nej.example:8443/v1/x", "https://nej.example:8443/v1/x"),
            ("https://nej.example:8443/v1/x", "https://nej.example/v1/x"),
            ("http://[::1]:80/v1/x", "http://[::1]/v1/x"),
            ("http://nej.example/v1/x", "http://nej.example:80/v1/x"),
        ] {
            let made = signature(&token, signed, &form());
            let tokens = [b"another".to_vec(), token.clone()];
            assert!(is_signed(&tokens, set, &form(), &made), "{set} {signed}");
            assert!(!is_signed(&tokens[..1], set, &form(), &made), "{set} {signed}");
            let elsewhere = signature(&token, &signed.replace("/v1/x", "/v1/y"), &form());
            assert!(!is_signed(&tokens, set, &form(), &elsewhere), "{set} {signed}");
        }
    }

    #[test]
    fn any_other_parameter_breaks_it() {
        let (token, url) = (b"0123456789abcdef".to_vec(), "https://nej.example/");
        let made = signature(&token, url, &form());
        let tokens = [token];
        let mut turned = form();
        turned.reverse();
        assert!(is_signed(&tokens, url, &turned, &made));
        turned[0].1.push('.');
        assert!(!is_signed(&tokens, url, &turned, &made));
        let more = [form(), vec![("X".to_owned(), String::new())]].concat();
        assert!(!is_signed(&tokens, url, &more, &made));
        for wrong in ["", "AA==", "å", &made[1..], &made.to_lowercase()] {
            assert!(!is_signed(&tokens, url, &form(), wrong), "{wrong}");
        }
        assert!(!is_signed(&[], url, &form(), &made));
    }

    /// Made by `openssl dgst -sha1 -hmac 12345 -binary | base64`.
    #[test]
    fn the_signature_is_the_documented_one() {
        let form: Vec<_> = [
            ("To", "+46701740606"),
            ("Body", "STOP"),
            ("MessageSid", "SM1"),
            ("From", "+46701740605"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        let url = "https://nej.example/v1/inbound-sms/twilio/twilio?a=1&b=2";
        assert_eq!(signature(b"12345", url, &form), "iCSmhwMkxx99ISAGm6IR80JJspM=");
    }
}
