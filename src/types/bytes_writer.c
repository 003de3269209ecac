/* types/bytes_writer.c - _PyBytesWriter: bytes that grow, as modules written against the C API use them.
 *
 * The writer's user keeps a pointer to where it writes next and hands it to every call; it lies in the small buffer
 * first, then in a bytes or bytearray object.  min_size counts what was asked for so far.
 *
 * Owns       the writer's buffer, until _PyBytesWriter_Finish gives it away.
 * Invariant  a call that fails has released the buffer: the writer is done.
 * Not here   what the runtime itself collects bytes in (OuByteSink of codec.h); str (str_writer.c). */
#include <Python.h>

void
_PyBytesWriter_Init(_PyBytesWriter *writer)
{
    memset(writer, 0, offsetof(_PyBytesWriter, small_buffer));
    writer->use_small_buffer = 1;
    writer->allocated = sizeof writer->small_buffer;
}

void
_PyBytesWriter_Dealloc(_PyBytesWriter *writer)
{
    Py_CLEAR(writer->buffer);
}

static char *
writer_start(_PyBytesWriter *writer)
{
    return writer->use_small_buffer ? writer->small_buffer
         : writer->use_bytearray    ? PyByteArray_AS_STRING(writer->buffer)
                                    : PyBytes_AS_STRING(writer->buffer);
}

/* Make room for `size` bytes in all.  Returns where to write next, or NULL with MemoryError and the buffer released. */
void *
_PyBytesWriter_Resize(_PyBytesWriter *writer, void *at, Py_ssize_t size)
{
    Py_ssize_t used = (char *)at - writer_start(writer), room = size;
    if (writer->overallocate && size <= PY_SSIZE_T_MAX - size / 4) {
        room = size + size / 4;
    }
    if (writer->use_small_buffer) {
        writer->buffer =
            writer->use_bytearray ? PyByteArray_FromStringAndSize(NULL, room) : PyBytes_FromStringAndSize(NULL, room);
        if (writer->buffer == NULL) {
            return NULL;
        }
        writer->use_small_buffer = 0;
        memcpy(writer_start(writer), writer->small_buffer, (size_t)used);
    }
    else if (writer->use_bytearray ? PyByteArray_Resize(writer->buffer, room) < 0
                                   : _PyBytes_Resize(&writer->buffer, room) < 0) {
        Py_CLEAR(writer->buffer);
        return NULL;
    }
    writer->allocated = room;
    return writer_start(writer) + used;
}

/* Ask for `size` more bytes. */
void *
_PyBytesWriter_Prepare(_PyBytesWriter *writer, void *at, Py_ssize_t size)
{
    if (size == 0) {
        return at;
    }
    if (writer->min_size > PY_SSIZE_T_MAX - size) {
        PyErr_NoMemory();
        _PyBytesWriter_Dealloc(writer);
        return NULL;
    }
    Py_ssize_t size_all = writer->min_size + size;
    if (size_all > writer->allocated) {
        at = _PyBytesWriter_Resize(writer, at, size_all);
        if (at == NULL) {
            return NULL;
        }
    }
    writer->min_size = size_all;
    return at;
}

void *
_PyBytesWriter_Alloc(_PyBytesWriter *writer, Py_ssize_t size)
{
    return _PyBytesWriter_Prepare(writer, writer_start(writer), size);
}

void *
_PyBytesWriter_WriteBytes(_PyBytesWriter *writer, void *at, const void *bytes, Py_ssize_t size)
{
    char *to = _PyBytesWriter_Prepare(writer, at, size);
    if (to == NULL) {
        return NULL;
    }
    memcpy(to, bytes, (size_t)size);
    return to + size;
}

/* The object with all that was written.  Refs new.  The writer is done, whatever the result. */
PyObject *
_PyBytesWriter_Finish(_PyBytesWriter *writer, void *at)
{
    Py_ssize_t size = (char *)at - writer_start(writer);
    if (writer->use_small_buffer || (size == 0 && !writer->use_bytearray)) {
        const char *text = writer->use_small_buffer ? writer->small_buffer : "";
        Py_CLEAR(writer->buffer);
        return writer->use_bytearray ? PyByteArray_FromStringAndSize(text, size) : PyBytes_FromStringAndSize(text, size);
    }
    PyObject *result = writer->buffer;
    writer->buffer = NULL;
    if (writer->use_bytearray) {
        if (Py_SIZE(result) != size && PyByteArray_Resize(result, size) < 0) {
            Py_CLEAR(result);
        }
    }
    else if (PyBytes_GET_SIZE(result) != size) {
        (void)_PyBytes_Resize(&result, size); /* NULL if it fails */
    }
    return result;
}
