// Package secret finds credentials in text: keys of well-known forms, private keys, passwords in addresses, and values
// assigned to names such as api_key that are too irregular to be words. It never returns what it found.
package secret
