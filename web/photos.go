package web

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/photo"
)

// addPhoto takes a picture of an open incident; what the request says that it is does
// not matter.
func (s *Server) addPhoto(w http.ResponseWriter, r *http.Request, who access.Session) error {
	incident, err := pathID(r)
	if err != nil {
		return err
	}
	if err := s.DB.MayAddPhoto(r.Context(), who.Principal, incident); err != nil {
		return err
	}
	picture, err := photo.Remake(r.Context(), r.Body)
	if err != nil {
		return err
	}
	id := uuid.New()
	if err := s.Photos.Put(id, picture); err != nil {
		return err
	}
	if err := s.DB.AddPhoto(r.Context(), who.Principal, incident, id, len(picture)); err != nil {
		return err // the file goes with the next sweep
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// makePhotos makes the pictures anew that will be taken, keeps them, and gives the
// operations without those whose picture is none, which are refused. The files of what is
// not taken afterwards go with the next sweep.
func (s *Server) makePhotos(ctx context.Context, worker register.Principal, photos []pending) (made []pending, err error) {
	for _, one := range photos {
		wants, err := s.DB.WantsPhoto(ctx, worker, one.Operation)
		if err != nil {
			return nil, err
		}
		if wants {
			deed := one.Deed.(register.AddPhoto)
			picture, err := photo.Remake(ctx, bytes.NewReader(deed.Sent))
			if p := problemOf(err); p != nil {
				one.result.refuse(p)
				continue
			}
			if err != nil {
				return nil, err
			}
			deed.Photo, deed.Bytes = uuid.New(), len(picture)
			if err := s.Photos.Put(deed.Photo, picture); err != nil {
				return nil, err
			}
			one.Deed = deed
		}
		made = append(made, one)
	}
	return made, nil
}

// getPhoto shows the picture to who sees the incident. Nobody else keeps it.
func (s *Server) getPhoto(w http.ResponseWriter, r *http.Request, who access.Session) error {
	incident, err := pathID(r)
	if err != nil {
		return err
	}
	id, err := s.DB.Photo(r.Context(), who.Principal, incident)
	if err != nil {
		return err
	}
	picture, err := s.Photos.Get(id)
	if errors.Is(err, fs.ErrNotExist) {
		return register.ErrNoPhoto
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/jpeg")
	_, _ = w.Write(picture)
	return nil
}

// sweepPhotos removes the files of pictures that were replaced or whose time is over.
func (s *Server) sweepPhotos(ctx context.Context) error {
	recorded, err := s.DB.Photos(ctx)
	if err != nil {
		return err
	}
	_, err = s.Photos.Sweep(s.Now(), recorded)
	return err
}
