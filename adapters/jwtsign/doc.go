// Package jwtsign signs and reads tokens as JSON Web Tokens (RFC 7519, RFC 7515). Cryptography and base64 are
// golang-jwt's. What a header and a payload may look like is read here, and more strictly than the library does: it
// keeps the last of two equal names, ignores crit, and parses the payload before it has checked the signature.
//
// Its keys are HMAC secrets and the key pairs in a folder of PEM files, which it reads again when asked to.
//
// The package decides whether a token is ours and what it says. It may not decide whether that is good enough here and
// now: expiry, issuer and audience are not looked at.
package jwtsign
