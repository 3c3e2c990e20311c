#include "CImages.h"

#include <string.h>

#include "images.h"

static int read_image(struct image *image) {
    static const uint8_t png[4] = {0x89, 'P', 'N', 'G'}, jpeg[3] = {0xFF, 0xD8, 0xFF};
    if (image->count >= 4 && memcmp(image->bytes, png, 4) == 0)
        return cohort_read_png(image) ? 1 : -1;
    if (image->count >= 3 && memcmp(image->bytes, jpeg, 3) == 0)
        return cohort_read_jpeg(image) ? 1 : -1;
    return 0;
}

static void copy_message(const struct image *image, uint8_t *message, int64_t length) {
    if (length <= 0) return;
    size_t size = strnlen(image->message, sizeof image->message);
    if (size > (size_t)length - 1) size = (size_t)length - 1;
    memcpy(message, image->message, size);
    message[size] = 0;
}

int32_t cohort_image_header(const uint8_t *__counted_by(count) bytes __noescape, int64_t count,
                            int32_t *__counted_by(fields) header __noescape, int64_t fields,
                            uint8_t *__counted_by(length) message __noescape, int64_t length) {
    struct image image = {.bytes = bytes, .count = (size_t)count, .orientation = 1};
    int status = fields < 4 ? -1 : read_image(&image);
    if (status == 1) {
        int32_t found[4] = {image.width, image.height, image.channels, image.orientation};
        memcpy(header, found, sizeof found);
    }
    copy_message(&image, message, length);
    return status;
}

int32_t cohort_image_decode(const uint8_t *__counted_by(count) bytes __noescape, int64_t count,
                            uint8_t *__counted_by(room) target __noescape, int64_t room,
                            uint8_t *__counted_by(length) message __noescape, int64_t length) {
    struct image image = {.bytes = bytes,
                          .count = (size_t)count,
                          .target = target,
                          .room = (size_t)room,
                          .orientation = 1};
    int status = room > 0 && read_image(&image) == 1 ? 1 : -1;
    copy_message(&image, message, length);
    return status;
}

static uint32_t number(const uint8_t *bytes, size_t size, int is_big) {
    uint32_t value = 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint32_t)bytes[i] << 8 * (is_big ? size - 1 - i : i);
    return value;
}

int32_t cohort_exif_orientation(const uint8_t *bytes, size_t count) {
    if (count < 8) return 1;
    int is_big = bytes[0] == 'M' && bytes[1] == 'M';
    if (!is_big && !(bytes[0] == 'I' && bytes[1] == 'I')) return 1;
    size_t start = number(bytes + 4, 4, is_big);
    if (start > count || count - start < 2) return 1;
    size_t entries = number(bytes + start, 2, is_big);
    for (size_t i = 0; i < entries; i++) {
        size_t entry = start + 2 + 12 * i;
        if (entry > count || count - entry < 12) return 1;
        if (number(bytes + entry, 2, is_big) != 0x0112) continue;
        uint32_t value = number(bytes + entry + 8, 2, is_big);
        return value >= 1 && value <= 8 ? (int32_t)value : 1;
    }
    return 1;
}
