-- Uploads whose length is said later, and comparing the catalogue with the store blob by blob.
ALTER TABLE storage_uploads ADD COLUMN deferred BOOLEAN DEFAULT FALSE NOT NULL;

CREATE INDEX storage_upload_pieces_blob ON storage_upload_pieces (blob_name);
CREATE INDEX storage_content_pieces_blob ON storage_content_pieces (blob_name);
CREATE INDEX storage_derived_blob ON storage_derived (blob_name);
