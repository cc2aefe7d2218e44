package httpapi

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
)

// parseMultipart reads a form of the type multipart/form-data (RFC 7578). It is all in memory: nothing goes to disk.
// errNoBoundary or errBadBody.
func parseMultipart(contentType string, body []byte) (loginForm, error) {
	var form loginForm
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil || params["boundary"] == "" {
		return form, errNoBoundary
	}
	if len(body) == 0 {
		return form, nil
	}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		// The raw part: the other undoes a quoted-printable encoding, which RFC 7578 §4.7 has deprecated.
		part, err := parts.NextRawPart()
		// Compared as it is: a wrapped EOF says that the form breaks off.
		if err == io.EOF {
			return form, nil
		}
		if err != nil {
			return form, errBadBody
		}
		if err := form.take(part); err != nil {
			return form, err
		}
	}
}

func (f *loginForm) take(part *multipart.Part) error {
	disposition, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	name, named := params["name"]
	if err != nil || disposition != "form-data" || !named {
		return errBadBody
	}
	text, err := io.ReadAll(part)
	if err != nil {
		return errBadBody
	}
	if _, isFile := params["filename"]; isFile {
		f.set(name, field{file: true})
		return nil
	}
	f.set(name, field{text: string(text)})
	return nil
}
